package io.pointsman.kubernetes;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Events as the bodies of requests (events.k8s.io/v1). */
final class EventJson {
  /** Dashboards and {@code kubectl} select by it; what replaces kube-proxy keeps its name. */
  private static final String CONTROLLER = "kube-proxy";

  /** meta/v1 MicroTime. */
  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private EventJson() {}

  /**
   * Where events of an object are kept; those of objects without a namespace in {@code default}.
   */
  static String namespace(ApiEvent.Regarding regarding) {
    return regarding.namespace().isEmpty() ? "default" : regarding.namespace();
  }

  /**
   * A new Event.
   *
   * @param instance name of the node that reports
   */
  static String created(EventLedger.Write.Create write, String instance) {
    ApiEvent event = write.event();
    return JsonBody.of(json -> {
      json.writeStringProperty("apiVersion", "events.k8s.io/v1");
      json.writeStringProperty("kind", "Event");
      json.writeObjectPropertyStart("metadata");
      json.writeStringProperty("namespace", namespace(event.regarding()));
      json.writeStringProperty("name", write.name());
      json.writeEndObject();
      json.writeStringProperty("eventTime", MICRO_TIME.format(write.at()));
      json.writeStringProperty("reportingController", CONTROLLER);
      json.writeStringProperty("reportingInstance", instance);
      json.writeStringProperty("action", event.action());
      json.writeStringProperty("reason", event.reason());
      json.writeStringProperty("type", event.warning() ? "Warning" : "Normal");
      json.writeStringProperty("note", event.note());
      json.writeObjectPropertyStart("regarding");
      json.writeStringProperty("apiVersion", "v1");
      json.writeStringProperty("kind", event.regarding().kind());
      json.writeStringProperty("name", event.regarding().name());
      if (!event.regarding().namespace().isEmpty()) {
        json.writeStringProperty("namespace", event.regarding().namespace());
      }
      json.writeEndObject();
    });
  }

  /** The change to an Event that happened again, as a merge patch (RFC 7396). */
  static String counted(EventLedger.Write.Count write) {
    return JsonBody.of(json -> {
      json.writeObjectPropertyStart("series");
      json.writeNumberProperty("count", write.count());
      json.writeStringProperty("lastObservedTime", MICRO_TIME.format(write.last()));
      json.writeEndObject();
    });
  }
}
