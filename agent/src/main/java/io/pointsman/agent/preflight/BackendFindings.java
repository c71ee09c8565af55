package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.Iptables;
import io.pointsman.agent.preflight.Facts.Outcome;
import io.pointsman.agent.preflight.Facts.Trial;
import io.pointsman.net.IpFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether kernel and programs can do what each mode needs. */
final class BackendFindings {
  private static final String AS_ROOT = "run as root, with CAP_NET_RAW";

  private BackendFindings() {}

  static List<Finding> of(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    facts.trials().forEach(trial -> findings.add(trial(trial, facts)));
    for (IpFamily family : IpFamily.values()) {
      if (family == IpFamily.IPV4 || facts.ipv6().isEmpty()) {
        findings.add(programs(family, facts));
      }
    }
    facts
        .ipv6()
        .ifPresent(reason -> findings.add(Finding.ok("IPv6", reason + ": IPv4 alone is served")));
    return findings;
  }

  private static Finding trial(Trial trial, Facts facts) {
    String where = "mode " + trial.mode() + ", " + trial.family();
    boolean needed = trial.mode().equals(facts.judgedMode());
    return switch (trial.outcome()) {
      case Outcome.Taken() -> Finding.ok(where, "the kernel takes the rules");
      case Outcome.NotTried(String reason) ->
          Finding.warn(
              where, "not tried: " + reason, "only a check needs that, to try in; not the proxy");
      case Outcome.Refused(String reason) when !needed ->
          Finding.ok(where, "not usable, and not asked for: " + reason);
      case Outcome.Refused(String reason) when trial.family() == IpFamily.IPV4 ->
          Finding.fail(where, reason, "or choose another mode");
      case Outcome.Refused(String reason) ->
          Finding.warn(where, "will be left out: " + reason, "or choose another mode");
    };
  }

  /** Which programs, and why it must be those. */
  private static Finding programs(IpFamily family, Facts facts) {
    String where = "iptables programs, " + family;
    Optional<Iptables> chosen = facts.chosen(family);
    if (chosen.isEmpty() && facts.iptables().stream().anyMatch(tools -> tools.family() == family)) {
      String what = "it cannot be told which of them this host uses";
      return facts.wantsIptables() && family == IpFamily.IPV4
          ? Finding.fail(where, what, AS_ROOT)
          : Finding.warn(where, what, AS_ROOT);
    }
    if (chosen.isEmpty()) {
      return facts.wantsIptables()
          ? Finding.fail(where, "none is on the PATH", "install the package 'iptables'")
          : Finding.ok(where, "none is on the PATH; mode nftables needs none");
    }
    String used = chosen.get().program() + " (" + chosen.get().version() + ")";
    boolean inBoth =
        facts.iptables().stream()
                .filter(tools -> tools.family() == family && !tools.rules().chains().isEmpty())
                .map(Iptables::nft)
                .distinct()
                .count()
            > 1;
    return inBoth
        ? Finding.warn(
            where,
            "chains are in both flavours, x_tables and nf_tables; this host's is taken to be "
                + used,
            "let all programs of the host use one, and flush the other")
        : Finding.ok(where, "this host's are those of " + used);
  }
}
