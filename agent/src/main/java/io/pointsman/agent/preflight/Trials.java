package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.Outcome;
import io.pointsman.agent.preflight.Facts.Trial;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.CommitResult;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NamespaceException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Loads the rules of each mode into an empty namespace, to hear what the kernel says. */
final class Trials {
  @FunctionalInterface
  private interface Opening {
    Dataplane open() throws DataplaneException;
  }

  private Trials() {}

  /**
   * Tries all modes.
   *
   * @param chosen the iptables programs of the host; an empty namespace cannot tell which they are
   */
  static List<Trial> run(List<Backend> backends, Map<IpFamily, HostIptables> chosen) {
    List<Trial> trials = new ArrayList<>();
    for (Backend backend : backends) {
      chosen.forEach((family, programs) -> {
        Opening opening = () -> backend.open(family);
        if (backend.mode().equals("iptables")) {
          opening = () -> programs.orThrow().open();
        }
        trials.add(new Trial(backend.mode(), family, inNamespace(opening, family)));
      });
    }
    return trials;
  }

  private static Outcome inNamespace(Opening opening, IpFamily family) {
    try (NetworkNamespace empty = NetworkNamespace.create()) {
      return empty.call(() -> load(opening, family));
    } catch (NamespaceException refused) {
      return new Outcome.NotTried(String.valueOf(refused.getMessage()));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return new Outcome.NotTried("interrupted");
    } catch (Exception unexpected) {
      return new Outcome.Refused(unexpected.toString());
    }
  }

  private static Outcome load(Opening opening, IpFamily family) {
    try (Dataplane dataplane = opening.open()) {
      return switch (dataplane.commit(TrialPlan.of(family))) {
        case CommitResult.Committed committed -> new Outcome.Taken();
        case CommitResult.Unknown(String reason) -> new Outcome.Refused(reason);
        case CommitResult.Rejected(List<CommitResult.Refusal> refusals) ->
            new Outcome.Refused(
                "the kernel refuses "
                    + refusals.stream()
                        .map(refusal -> refusal.object() + " (" + refusal.reason() + ")")
                        .collect(Collectors.joining(", ")));
      };
    } catch (DataplaneException unusable) {
      return new Outcome.Refused(String.valueOf(unusable.getMessage()));
    }
  }
}
