package io.pointsman.lab;

import io.pointsman.lab.cni.CniRuntime;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a lab needs of the machine. */
public final class LabNeeds {
  private static final Map<String, String> PACKAGES = packages();
  private static final Map<String, String> SERVERS =
      Map.of("knotd", "knot", "knotc", "knot", "kdig", "knot-dnsutils");

  private LabNeeds() {}

  private static Map<String, String> packages() {
    Map<String, String> packages = new LinkedHashMap<>();
    packages.put("ip", "iproute2");
    packages.put("nsenter", "util-linux");
    packages.put("setpriv", "util-linux");
    packages.put("nft", "nftables");
    packages.put("iptables-restore", "iptables");
    packages.put("ip6tables-restore", "iptables");
    packages.put("conntrack", "conntrack");
    return packages;
  }

  /** What is missing, one line each with what to do about it; empty when a lab can be built. */
  public static List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (!"Linux".equals(System.getProperty("os.name"))) {
      missing.add("Linux (this is " + System.getProperty("os.name") + ")");
      return missing;
    }
    if (!Files.exists(Path.of("/proc/net/if_inet6"))) {
      missing.add("IPv6 in the kernel (not booted with ipv6.disable=1)");
    }
    PACKAGES.forEach((program, from) -> {
      if (!onPath(program)) {
        missing.add(program(program, from));
      }
    });
    NetworkNamespace.unavailable().ifPresent(missing::add);
    return missing;
  }

  /**
   * As {@link #missing}, for rows of the course: they also use the reference CNI plugins.
   *
   * @param servers programs that they need besides, such as {@code knotd}
   */
  public static List<String> missingForRows(Collection<String> servers) {
    List<String> missing = new ArrayList<>(missing());
    new TreeSet<>(servers)
        .stream()
            .filter(program -> !onPath(program))
            .map(program -> program(program, SERVERS.getOrDefault(program, program)))
            .forEach(missing::add);
    for (String plugin : List.of("bridge", "host-local", "portmap")) {
      if (!Files.isExecutable(CniRuntime.DEBIAN_PLUGINS.resolve(plugin))) {
        missing.add("the CNI plugin " + plugin + " (Debian package containernetworking-plugins)");
      }
    }
    return missing;
  }

  private static String program(String program, String from) {
    return "the program " + program + " (Debian package " + from + ")";
  }

  private static boolean onPath(String program) {
    String path = System.getenv("PATH");
    return Stream.of((path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path).split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
