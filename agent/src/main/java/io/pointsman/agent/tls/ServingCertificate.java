package io.pointsman.agent.tls;

import io.pointsman.file.FileProblem;
import io.pointsman.kubernetes.FileWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that is shown to clients. It follows its files: new connections get what the
 * files hold now, or, while that cannot be used, what they held before.
 */
public final class ServingCertificate implements Supplier<SSLContext>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServingCertificate.class);

  private record Current(ServingPair pair, SSLContext context) {}

  private final Path certificate;
  private final Path key;
  private volatile Current current;
  private volatile Optional<String> problem = Optional.empty();
  private Optional<FileWatch> watch = Optional.empty();

  private ServingCertificate(Path certificate, Path key) throws UnusableCertificateException {
    this.certificate = certificate;
    this.key = key;
    this.current = read(certificate, key);
  }

  /**
   * Reads the files, and follows them from now on.
   *
   * @param certificate PEM: the server's own, then those that vouch for it
   * @param key PEM, not encrypted; may be the same file
   * @throws UnusableCertificateException naming the file, what is wrong, and what to do
   */
  public static ServingCertificate open(Path certificate, Path key)
      throws UnusableCertificateException {
    ServingCertificate serving = new ServingCertificate(certificate, key);
    tell(serving.current.pair());
    try {
      serving.watch =
          Optional.of(
              FileWatch.start("certificate", List.of(certificate, key), serving.new Renewal()));
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be watched ({}): start the proxy anew when the certificate is renewed",
          certificate,
          FileProblem.of(e));
    }
    return serving;
  }

  private static Current read(Path certificate, Path key) throws UnusableCertificateException {
    ServingPair pair = ServingPair.read(certificate, key);
    return new Current(pair, pair.context());
  }

  private static void tell(ServingPair pair) {
    Instant end = notAfter(pair);
    if (end.isBefore(Instant.now())) {
      LOG.warn(
          "The certificate for HTTPS ({}) has expired at {}, and clients will not take it: renew it",
          pair.chain().getFirst().getSubjectX500Principal(),
          end);
    } else {
      LOG.info(
          "The certificate for HTTPS is that of {}, good until {}",
          pair.chain().getFirst().getSubjectX500Principal(),
          end);
    }
  }

  private static Instant notAfter(ServingPair pair) {
    return pair.chain().getFirst().getNotAfter().toInstant();
  }

  /** What makes the next connection. */
  @Override
  public SSLContext get() {
    return current.context();
  }

  /** When the certificate that is shown expires. */
  public Instant notAfter() {
    return notAfter(current.pair());
  }

  /** Why the files as they are cannot be used, so that what they held before is shown. */
  public Optional<String> problem() {
    return problem;
  }

  /** On the thread that watches. */
  private final class Renewal implements FileWatch.Listener {
    @Override
    public void changed() {
      try {
        Current now = read(certificate, key);
        problem = Optional.empty();
        if (!now.pair().equals(current.pair())) {
          current = now;
          tell(now.pair());
        }
      } catch (UnusableCertificateException e) {
        complain(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public void unreadable(IOException reason) {
      complain(
          "the files "
              + certificate
              + " and "
              + key
              + " cannot be read: "
              + FileProblem.of(reason));
    }

    private void complain(String reason) {
      if (!problem.equals(Optional.of(reason))) {
        LOG.error("The certificate for HTTPS stays the one before, as {}", reason);
      }
      problem = Optional.of(reason);
    }
  }

  @Override
  public void close() {
    watch.ifPresent(open -> {
      try {
        open.close();
      } catch (IOException e) {
        LOG.debug("The watch of {} does not close: {}", certificate, e.getMessage());
      }
    });
  }
}
