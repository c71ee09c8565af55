package io.pointsman.kubernetes;

import io.pointsman.model.ObjectName;

/**
 * Something that people who look at an object of the cluster should see ({@code kubectl describe},
 * {@code kubectl get events}); becomes an Event of events.k8s.io/v1.
 *
 * @param warning false for what is normal
 * @param reason why, as one word for programs, such as {@code Starting}
 * @param action what was done or tried, as one word for programs
 * @param note for people; may be empty; longer ones are cut at 1,000 characters
 */
public record ApiEvent(
    Regarding regarding, boolean warning, String reason, String action, String note) {
  /** The API server takes 1,024 bytes; what is cut here is told in the log in full. */
  private static final int LONGEST_NOTE = 1000;

  public ApiEvent {
    note = note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note;
  }

  /**
   * An object of the core API.
   *
   * @param namespace empty for a Node
   */
  public record Regarding(String kind, String namespace, String name) {
    public static Regarding node(String name) {
      return new Regarding("Node", "", name);
    }

    public static Regarding service(ObjectName service) {
      return new Regarding("Service", service.namespace(), service.name());
    }
  }
}
