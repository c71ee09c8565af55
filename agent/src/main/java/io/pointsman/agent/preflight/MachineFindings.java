package io.pointsman.agent.preflight;

import io.pointsman.agent.preflight.Facts.Setting;
import java.util.ArrayList;
import java.util.List;

/** Rights and settings. */
final class MachineFindings {
  /** linux/capability.h. */
  static final int NET_ADMIN = 12;

  static final int NET_RAW = 13;

  private static final String RUN_AS_ROOT = "run as root, or allow it";

  private MachineFindings() {}

  static List<Finding> of(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        has(facts, NET_ADMIN)
            ? Finding.ok("CAP_NET_ADMIN", "is there")
            : Finding.fail(
                "CAP_NET_ADMIN", "is missing: the kernel cannot be programmed", RUN_AS_ROOT));
    if (facts.wantsIptables()) {
      findings.add(
          has(facts, NET_RAW)
              ? Finding.ok("CAP_NET_RAW", "is there")
              : Finding.warn(
                  "CAP_NET_RAW",
                  "is missing: where the host's iptables are of the flavour x_tables (legacy), they"
                      + " cannot be used",
                  RUN_AS_ROOT));
    }
    facts.settings().forEach(setting -> findings.add(setting(setting)));
    if (facts.settings().isEmpty()) {
      findings.add(Finding.ok("conntrack", "all settings are as asked for"));
    }
    if ("0".equals(facts.sysctls().get("net.ipv4.ip_forward"))) {
      findings.add(
          Finding.warn(
              "net.ipv4.ip_forward",
              "is 0: no packet of others reaches a pod",
              "set it to 1, unless the network plugin does so"));
    }
    return findings;
  }

  private static boolean has(Facts facts, int capability) {
    return (facts.capabilities() >>> capability & 1) == 1;
  }

  private static Finding setting(Setting setting) {
    String where = setting.file().toString();
    String present = setting.present().map(String::valueOf).orElse("not readable");
    if (setting.writable()) {
      return Finding.ok(where, "is " + present + " and will be set to " + setting.wanted());
    }
    return Finding.warn(
        where,
        "is " + present + " and cannot be set to " + setting.wanted() + " from here",
        "set it on the host, or run 'pointsman run --init-only' with more rights");
  }
}
