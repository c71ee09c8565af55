package io.pointsman.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings under {@code /proc/sys/net} that make a namespace behave the same on every machine: what
 * a new namespace inherits differs. To be written before the first interface appears, for
 * interfaces copy {@code default} when they are made. Names and meaning:
 * Documentation/networking/ip-sysctl.rst of the kernel.
 */
final class KernelSettings {
  private record Setting(String name, String value, boolean optional) {}

  private final List<Setting> settings = new ArrayList<>();

  private KernelSettings(boolean forwardV4, boolean forwardV6) {
    // Forwarding first: switching it resets accept_redirects.
    set("ipv4/ip_forward", forwardV4 ? "1" : "0");
    set("ipv6/conf/all/forwarding", forwardV6 ? "1" : "0");
    for (String which : List.of("all", "default")) {
      set("ipv4/conf/" + which + "/rp_filter", "0");
      set("ipv4/conf/" + which + "/send_redirects", "0");
      set("ipv4/conf/" + which + "/accept_redirects", "0");
      set("ipv6/conf/" + which + "/disable_ipv6", "0");
      set("ipv6/conf/" + which + "/accept_redirects", "0");
      set("ipv6/conf/" + which + "/accept_ra", "0");
      set("ipv6/conf/" + which + "/accept_dad", "0");
    }
    // Dozens of probes at once must each get their own ICMP error.
    set("ipv4/icmp_ratemask", "0");
    set("ipv6/icmp/ratelimit", "0");
    optional("ipv6/icmp/ratemask", "\n");
    // Frames of a bridge pass no rules of the IP families here.
    optional("bridge/bridge-nf-call-iptables", "0");
    optional("bridge/bridge-nf-call-ip6tables", "0");
  }

  /** For the fabric: IPv4 that leads nowhere is dropped in silence, IPv6 gets an ICMP error. */
  static KernelSettings ofFabric() {
    return new KernelSettings(false, true);
  }

  static KernelSettings ofNode() {
    return new KernelSettings(true, true);
  }

  static KernelSettings ofHost() {
    return new KernelSettings(false, false);
  }

  private void set(String name, String value) {
    settings.add(new Setting(name, value, false));
  }

  private void optional(String name, String value) {
    settings.add(new Setting(name, value, true));
  }

  /** Writes them in the namespace of the calling thread. */
  void write() {
    Path root = Path.of("/proc/sys/net");
    for (Setting setting : settings) {
      Path file = root.resolve(setting.name());
      if (setting.optional() && !Files.exists(file)) {
        continue;
      }
      try {
        Files.writeString(file, setting.value());
      } catch (IOException refused) {
        throw new LabException(
            "cannot set " + file + " to " + setting.value().strip() + ": " + refused, refused);
      }
    }
  }
}
