package io.pointsman.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.pointsman.kubernetes.Troubles.Trouble;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;

/** Says in one line why a request to the API server failed and what to do about it. */
final class ApiTrouble {
  private ApiTrouble() {}

  /**
   * Describes a failed request.
   *
   * @param url the API server
   * @param verb {@code list} or {@code watch}
   * @param resource plural, such as {@code services}
   */
  static Trouble of(String url, String verb, String resource, RuntimeException failure) {
    int code = failure instanceof KubernetesClientException answer ? answer.getCode() : 0;
    if (failure instanceof StreamReadException || failure instanceof UnreadableException) {
      return unreadable(url, resource, failure);
    }
    if (code <= 0) {
      return withoutAnswer(url, failure);
    }
    String request =
        "the API server at " + url + " answers " + code + " to " + verb + " " + resource;
    return switch (code) {
      case 401 ->
          new Trouble(
              "401",
              request
                  + " (unauthorized): check the token or client certificate of the kubeconfig or"
                  + " service account");
      case 403 ->
          new Trouble(
              "403 " + verb + " " + resource,
              request
                  + " (forbidden): bind this account to the ClusterRole system:node-proxier"
                  + ", or allow "
                  + verb
                  + " on "
                  + resource);
      case 404 ->
          new Trouble(
              "404 " + resource,
              request
                  + " (not found): check that the address is a Kubernetes API server that serves"
                  + " this resource");
      default ->
          new Trouble(
              "answer " + code, request + " (" + oneLine(failure) + "): " + advice(failure));
    };
  }

  /** Describes Events that the server does not take. */
  static String ofEvents(String url, KubernetesClientException failure) {
    return "the API server at "
        + url
        + " answers "
        + failure.getCode()
        + " to Events ("
        + oneLine(failure)
        + "): "
        + (failure.getCode() == 403
            ? "bind this account to the ClusterRole system:node-proxier, or allow create, patch and"
                + " update on events of apiGroup events.k8s.io; "
            : "")
        + "Services are served all the same";
  }

  /**
   * Describes a review that is not given.
   *
   * @param resource with its group, such as {@code tokenreviews.authentication.k8s.io}
   */
  static String ofReviews(String url, String resource, RuntimeException failure) {
    return failure instanceof KubernetesClientException answer && answer.getCode() == 403
        ? "the API server at "
            + url
            + " answers 403 to create "
            + resource
            + " (forbidden): bind this account to the ClusterRole system:auth-delegator, or allow"
            + " create on tokenreviews.authentication.k8s.io and"
            + " subjectaccessreviews.authorization.k8s.io"
        : of(url, "create", resource, failure).message();
  }

  /** Describes watches that are taken and then neither bring anything nor end. */
  static Trouble silent(String url, String resource) {
    return new Trouble(
        "silent",
        "the API server at "
            + url
            + " takes watches of "
            + resource
            + " and says nothing on them, not even that they end: look into its log and at the"
            + " load balancers before it; retrying");
  }

  private static Trouble unreadable(String url, String resource, RuntimeException failure) {
    return new Trouble(
        "unreadable " + resource,
        "the API server at "
            + url
            + " sends "
            + resource
            + " that cannot be read ("
            + oneLine(failure)
            + "): check that the address is a Kubernetes API server; retrying");
  }

  private static String advice(RuntimeException failure) {
    return failure instanceof RefusedException refused && !refused.retryAfter().isZero()
        ? "waiting the " + refused.retryAfter().toSeconds() + " s that it asks for; retrying"
        : "look into the API server's log; retrying";
  }

  private static Trouble withoutAnswer(String url, RuntimeException failure) {
    Optional<SSLException> tls = cause(failure, SSLException.class);
    if (tls.isPresent()) {
      return new Trouble(
          "tls",
          "no TLS connection to the API server at "
              + url
              + " ("
              + oneLine(tls.get())
              + "): check the certificate authority in the kubeconfig");
    }
    return new Trouble(
        "unreachable",
        "cannot reach the API server at "
            + url
            + " ("
            + reason(failure)
            + "): check the address and that the server runs; retrying");
  }

  private static String reason(Throwable failure) {
    if (cause(failure, UnknownHostException.class).isPresent()
        || cause(failure, java.nio.channels.UnresolvedAddressException.class).isPresent()) {
      return "unknown host";
    }
    if (cause(failure, HttpTimeoutException.class).isPresent()
        || cause(failure, TimeoutException.class).isPresent()) {
      return "no answer in time";
    }
    if (cause(failure, ConnectException.class).isPresent()) {
      return "connection refused";
    }
    Throwable root = failure;
    for (int depth = 0; depth < 20 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return oneLine(root);
  }

  private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
    Throwable at = failure;
    for (int depth = 0; depth < 20 && at != null; depth++) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
      at = at.getCause();
    }
    return Optional.empty();
  }

  private static String oneLine(Throwable failure) {
    String message =
        failure instanceof JacksonException jackson
            ? jackson.getOriginalMessage()
            : failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }
}
