package io.pointsman.agent.http;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that tries again until its address is free. A thread of its own tries, so that it does
 * so in the network namespace of the thread that made this.
 */
public final class PatientListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PatientListener.class);

  private final HttpLoop loop;
  private final ListenOn where;
  private final Served served;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch bound = new CountDownLatch(1);

  private PatientListener(HttpLoop loop, ListenOn where, Served served) {
    this.loop = loop;
    this.where = where;
    this.served = served;
  }

  /**
   * Listens at once if it can, else later.
   *
   * @param purpose what is served, for the one warning when the address is taken
   * @param pause between two attempts
   */
  public static PatientListener open(
      HttpLoop loop, ListenOn where, Served served, String purpose, Duration pause) {
    PatientListener patient = new PatientListener(loop, where, served);
    try {
      patient.listen();
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be served on {} ({}); trying again every {} s until it can",
          purpose,
          where,
          e.getMessage(),
          pause.toMillis() / 1000.0);
      Thread.ofPlatform()
          .daemon()
          .name("bind " + where)
          .start(() -> patient.tryAgain(purpose, pause));
    }
    return patient;
  }

  private void listen() throws IOException {
    loop.listen(where, served);
    bound.countDown();
  }

  /** True when the address is bound, waiting for that no longer than so long. */
  boolean awaitBound(Duration limit) throws InterruptedException {
    return bound.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tryAgain(String purpose, Duration pause) {
    try {
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          listen();
          LOG.info("{} is served on {} now", purpose, where);
          return;
        } catch (IOException e) {
          LOG.debug("{} still cannot be served on {}: {}", purpose, where, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the attempts; a listener that is open is closed with its loop. */
  @Override
  public void close() {
    closed.countDown();
  }
}
