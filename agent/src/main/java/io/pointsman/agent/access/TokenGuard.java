package io.pointsman.agent.access;

import io.pointsman.agent.http.BearerToken;
import io.pointsman.agent.http.Guard;
import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.kubernetes.AccessReviews;
import io.pointsman.kubernetes.ApiUser;
import io.pointsman.kubernetes.ReviewException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits who shows a bearer token that the API server knows, and may get the path by its rules for
 * {@code nonResourceURLs}: 401 without such a token, 403 without the right, as with other servers
 * of Kubernetes.
 */
public final class TokenGuard implements Guard, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenGuard.class);

  /** As the kubelet: a token that is withdrawn, or a right, is good for so long yet. */
  private static final Duration ADMITTED_FOR = Duration.ofMinutes(2);

  /** As the kubelet. */
  private static final Duration REFUSED_FOR = Duration.ofSeconds(30);

  private static final int MOST_REMEMBERED = 1000;
  private static final int THREADS = 4;
  private static final int WAITING = 16;

  /** Of tokens that were never good. */
  private static final int STRANGERS_A_SECOND = 10;

  private static final long SECOND = 1_000_000_000;

  private final AccessReviews reviews;
  private final Set<String> guarded;
  private final LongSupplier nanos;

  /** Apart, so that no flood of bad tokens washes out the good ones. */
  private final Verdicts<Boolean> admitted = new Verdicts<>(MOST_REMEMBERED, ADMITTED_FOR);

  private final Verdicts<HttpAnswer> refused = new Verdicts<>(MOST_REMEMBERED, REFUSED_FOR);
  private final Map<Question, CompletableFuture<Optional<HttpAnswer>>> open = new HashMap<>();
  private final ThreadPoolExecutor threads;
  private long second;
  private int strangers;
  private String trouble = "";

  /**
   * Asks nobody yet.
   *
   * @param guarded the paths that need a token; all others are admitted
   * @param nanos as {@link System#nanoTime}
   */
  public TokenGuard(AccessReviews reviews, Set<String> guarded, LongSupplier nanos) {
    this.reviews = reviews;
    this.guarded = Set.copyOf(guarded);
    this.nanos = nanos;
    this.second = nanos.getAsLong();
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            // Of the platform: their connections are made in the namespace of the agent.
            Thread.ofPlatform().daemon().name("reviews-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public CompletableFuture<Optional<HttpAnswer>> refusal(HttpRequest request) {
    if (!guarded.contains(request.path())) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return request
        .token()
        .map(token -> refusal(token, Question.of(token, request.path())))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.of(unauthorized())));
  }

  private synchronized CompletableFuture<Optional<HttpAnswer>> refusal(
      BearerToken token, Question question) {
    long now = nanos.getAsLong();
    if (admitted.get(question, now).isPresent()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Optional<HttpAnswer> known = refused.get(question, now);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known);
    }
    @Nullable CompletableFuture<Optional<HttpAnswer>> asked = open.get(question);
    return asked != null ? asked : ask(token, question, now);
  }

  private CompletableFuture<Optional<HttpAnswer>> ask(
      BearerToken token, Question question, long now) {
    CompletableFuture<Optional<HttpAnswer>> verdict = new CompletableFuture<>();
    try {
      if (!admitted.knew(question) && !admitsStranger(now)) {
        return CompletableFuture.completedFuture(Optional.of(tooMany()));
      }
      open.put(question, verdict);
      threads.execute(() -> verdict.complete(review(token, question)));
      return verdict;
    } catch (RejectedExecutionException full) {
      open.remove(question);
      return CompletableFuture.completedFuture(Optional.of(tooMany()));
    }
  }

  /** Counts by the second: what comes from anybody must not become a load for the API server. */
  private boolean admitsStranger(long now) {
    if (now - second >= SECOND) {
      second = now;
      strangers = 0;
    }
    strangers++;
    return strangers <= STRANGERS_A_SECOND;
  }

  /** On a thread of its own. */
  private Optional<HttpAnswer> review(BearerToken token, Question question) {
    try {
      Optional<ApiUser> user = reviews.user(token.text());
      boolean may = user.isPresent() && reviews.mayGet(user.get(), question.path());
      Optional<HttpAnswer> refusal =
          may
              ? Optional.empty()
              : Optional.of(
                  user.map(known -> forbidden(known, question.path()))
                      .orElseGet(TokenGuard::unauthorized));
      answered(question, refusal);
      return refusal;
    } catch (ReviewException e) {
      unanswered(question, String.valueOf(e.getMessage()));
    } catch (InterruptedException closed) {
      unanswered(question, "this proxy ends");
    } catch (RuntimeException defect) {
      LOG.error("A token cannot be reviewed", defect);
      unanswered(question, "of a defect");
    }
    return Optional.of(
        HttpAnswer.text(503, "the API server does not say who this is; the log says why\n"));
  }

  private synchronized void answered(Question question, Optional<HttpAnswer> refusal) {
    open.remove(question);
    long now = nanos.getAsLong();
    if (refusal.isEmpty()) {
      admitted.put(question, true, now);
      refused.remove(question);
    } else {
      admitted.remove(question);
      refused.put(question, refusal.get(), now);
    }
    if (!trouble.isEmpty()) {
      LOG.info("Tokens can be reviewed again");
    }
    trouble = "";
  }

  private synchronized void unanswered(Question question, String reason) {
    open.remove(question);
    if (!reason.equals(trouble)) {
      LOG.warn("Requests with a token are answered with 503, as {}", reason);
    }
    trouble = reason;
  }

  private static HttpAnswer unauthorized() {
    return HttpAnswer.text(401, "a bearer token is needed here that the API server knows\n")
        .with("WWW-Authenticate", "Bearer");
  }

  private static HttpAnswer forbidden(ApiUser user, String path) {
    return HttpAnswer.text(
        403,
        "%s may not get %s: allow it the verb get on this nonResourceURL, in a ClusterRole\n"
            .formatted(user.name(), path));
  }

  private static HttpAnswer tooMany() {
    return HttpAnswer.text(429, "too many tokens are being reviewed; try again\n")
        .with("Retry-After", "1");
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
