package io.pointsman.lab.servers;

import io.pointsman.lab.scenario.ClusterObjects;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.List;

/**
 * An Ingress controller: an nginx that serves the Ingresses of a cluster, as {@link IngressRules}
 * reads them, on ports 80 and 443.
 */
public final class IngressServer implements AutoCloseable {
  private final Certificates certificates;
  private final Nginx nginx;
  private List<String> leftOut;

  private IngressServer(Certificates certificates, Nginx nginx, List<String> leftOut) {
    this.certificates = certificates;
    this.nginx = nginx;
    this.leftOut = leftOut;
  }

  /**
   * Starts it; returns when it listens.
   *
   * @param directory its own, for configuration, log and certificates, which are made there for
   *     each host that wants TLS, {@code HOST.crt} and {@code HOST.key}; whoever gives it removes
   *     it
   * @param objects the cluster's; Ingresses and Services matter
   * @throws io.pointsman.lab.LabException with the server's words when it does not start
   */
  public static IngressServer start(
      NetworkNamespace namespace, Path directory, ClusterObjects objects) {
    Certificates certificates = new Certificates(namespace, directory);
    IngressRules rules = IngressRules.of(objects, directory);
    certificates.make(rules.secureHosts());
    Nginx nginx = Nginx.start(namespace, directory, rules.configuration());
    return new IngressServer(certificates, nginx, rules.leftOut());
  }

  /**
   * Takes what changed in the objects; returns when new connections are served by it. Requests that
   * have begun are finished as they began. A kept-alive connection that has no request is closed:
   * clients send what they sent into the closing once more (RFC 9112, section 9.3.1).
   */
  public synchronized void update(ClusterObjects objects) {
    IngressRules rules = IngressRules.of(objects, certificates.directory());
    certificates.make(rules.secureHosts());
    nginx.serve(rules.configuration());
    leftOut = rules.leftOut();
  }

  /** What of the Ingresses is not served, and why, a line each. */
  public synchronized List<String> leftOut() {
    return leftOut;
  }

  /** Ends the server; its files stay. */
  @Override
  public void close() {
    nginx.close();
  }
}
