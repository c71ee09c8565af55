package io.pointsman.agent.system;

import io.pointsman.file.FileProblem;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How early this process is killed when memory runs out (proc_pid_oom_score_adj(5)). */
public final class OomScore {
  private static final Logger LOG = LoggerFactory.getLogger(OomScore.class);
  private static final Path FILE = Path.of("/proc/self/oom_score_adj");

  /** Kube-proxy's: before nothing but what must never be killed. */
  public static final int DEFAULT = -999;

  private OomScore() {}

  /**
   * Writes the score unless it is so already; a failure is only logged, as the proxy works without.
   *
   * @param score -1000 (never) to 1000 (first)
   */
  public static void set(int score) {
    try {
      if (!KernelFile.read(FILE).equals(Integer.toString(score))) {
        KernelFile.write(FILE, Integer.toString(score));
      }
    } catch (IOException refused) {
      LOG.warn(
          "{} cannot be set to {} ({}): the proxy may be killed early when memory runs out; allow"
              + " CAP_SYS_RESOURCE or set oomScoreAdj to 0",
          FILE,
          score,
          FileProblem.of(refused).reason());
    }
  }
}
