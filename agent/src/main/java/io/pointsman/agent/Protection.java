package io.pointsman.agent;

import io.pointsman.agent.access.TokenGuard;
import io.pointsman.agent.http.HttpHandler;
import io.pointsman.agent.http.Routes;
import io.pointsman.agent.http.Served;
import io.pointsman.agent.tls.ServingCertificate;
import io.pointsman.agent.tls.UnusableCertificateException;
import io.pointsman.kubernetes.AccessReviews;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * How the two ports are protected: not at all, by TLS, or by TLS and by asking for tokens. Without
 * protection, as nearly always, nothing is loaded for it.
 */
final class Protection implements AutoCloseable {
  /** Probes and load balancers have no token. */
  private static final Set<String> FOR_EVERYBODY = Set.of("/healthz", "/livez", "/readyz");

  private final Optional<AgentOptions.Servers.Tls> wanted;
  private final Optional<ServingCertificate> certificate;
  private final Optional<AccessReviews> reviews;
  private Optional<TokenGuard> guard = Optional.empty();

  private Protection(
      Optional<AgentOptions.Servers.Tls> wanted,
      Optional<ServingCertificate> certificate,
      Optional<AccessReviews> reviews) {
    this.wanted = wanted;
    this.certificate = certificate;
    this.reviews = reviews;
  }

  /**
   * Reads the certificate, if there shall be one.
   *
   * @param reviews asked for when tokens are to be reviewed; empty where nobody knows any
   * @throws UsageException when something is missing, with what to do
   */
  static Protection of(
      Optional<AgentOptions.Servers.Tls> wanted, Supplier<Optional<AccessReviews>> reviews) {
    if (wanted.isEmpty()) {
      return new Protection(wanted, Optional.empty(), Optional.empty());
    }
    Optional<AccessReviews> asked =
        wanted.get().tokens() ? Optional.of(required(reviews.get())) : Optional.empty();
    return new Protection(wanted, Optional.of(certificate(wanted.get())), asked);
  }

  private static AccessReviews required(Optional<AccessReviews> reviews) {
    return reviews.orElseThrow(() ->
        new UsageException(
            "--authentication-token-webhook needs an API server that knows tokens, and --source"
                + " names none: leave one of the two out"));
  }

  private static ServingCertificate certificate(AgentOptions.Servers.Tls tls) {
    try {
      return ServingCertificate.open(tls.certificate(), tls.key());
    } catch (UnusableCertificateException e) {
      throw new UsageException("--tls-cert-file, --tls-private-key-file: " + e.getMessage());
    }
  }

  /** What is shown to clients; empty for plain HTTP. */
  Optional<ServingCertificate> certificate() {
    return certificate;
  }

  /** To everybody: by HTTPS only if asked for, as load balancers of clouds speak plain HTTP. */
  Served health(HttpHandler handler) {
    boolean encrypted = wanted.isPresent() && wanted.get().health();
    return new Served(handler, Optional.empty(), encrypted ? certificate : Optional.empty());
  }

  /** To be called once. */
  Served metrics(Routes routes) {
    if (reviews.isPresent()) {
      Set<String> guarded = new TreeSet<>(routes.paths());
      guarded.removeAll(FOR_EVERYBODY);
      guard = Optional.of(new TokenGuard(reviews.get(), guarded, System::nanoTime));
    }
    return new Served(routes, guard, certificate);
  }

  @Override
  public void close() {
    guard.ifPresent(TokenGuard::close);
    certificate.ifPresent(ServingCertificate::close);
  }
}
