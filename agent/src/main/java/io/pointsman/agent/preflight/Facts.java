package io.pointsman.agent.preflight;

import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.nftables.HostChains.HostChain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A machine as a proxy would meet it.
 *
 * @param mode the mode that is asked for, as the configuration names it
 * @param ipvs settings of the mode ipvs that are not the defaults, by field
 * @param capabilities effective ones of this process, a bit each (linux/capability.h)
 * @param settings what the proxy would set at start
 * @param sysctls values by name with dots; those that could be read
 * @param ipv6 why IPv6 cannot be used, if so
 * @param mounts what there is of the host's files
 * @param trials what the kernel said to our rules
 * @param iptables the installed programs
 * @param chains everybody's in nf_tables
 * @param interfaces names of network interfaces
 * @param bound ports on which processes listen
 * @param loopbackPorts destination ports of tracked flows to 127.0.0.1
 * @param kubeProxies process ids of running kube-proxies
 */
public record Facts(
    String mode,
    Map<String, String> ipvs,
    long capabilities,
    List<Setting> settings,
    Map<String, String> sysctls,
    Optional<String> ipv6,
    Mounts mounts,
    List<Trial> trials,
    List<Iptables> iptables,
    List<HostChain> chains,
    Set<String> interfaces,
    Set<BoundPort> bound,
    Set<Integer> loopbackPorts,
    Set<Long> kubeProxies) {

  /**
   * A setting of connection tracking that does not have the value asked for.
   *
   * @param present empty when it cannot be read
   * @param writable this process may change it
   */
  public record Setting(Path file, Optional<Long> present, long wanted, boolean writable) {}

  /** The rules of a mode and family, loaded in an empty namespace. */
  public record Trial(String mode, IpFamily family, Outcome outcome) {}

  /** How that went. */
  public sealed interface Outcome {
    /** The kernel took them. */
    record Taken() implements Outcome {}

    /** It did not, or there was no asking it. */
    record Refused(String reason) implements Outcome {}

    /** This process may not make a namespace. */
    record NotTried(String reason) implements Outcome {}
  }

  /**
   * The iptables programs of one family and flavour.
   *
   * @param program its restore program
   * @param nft whether their rules are in nf_tables
   * @param chosen whether we would use them
   * @param rules what they print of the kernel
   */
  public record Iptables(
      IpFamily family, String program, String version, boolean nft, boolean chosen, Saved rules) {}

  /** A port on which a process of this machine listens, on any address. */
  public record BoundPort(Protocol protocol, int port) implements Comparable<BoundPort> {
    @Override
    public int compareTo(BoundPort other) {
      int byPort = Integer.compare(port, other.port);
      return byPort != 0 ? byPort : protocol.compareTo(other.protocol);
    }

    @Override
    public String toString() {
      return port + "/" + protocol.lowerCase();
    }
  }

  /** The mode that is judged: who leaves ipvs goes to nftables. */
  String judgedMode() {
    return mode.equals("ipvs") ? "nftables" : mode;
  }

  boolean wantsIptables() {
    return judgedMode().equals("iptables");
  }

  /** The programs that the mode iptables would use. */
  Optional<Iptables> chosen(IpFamily family) {
    return iptables.stream()
        .filter(tools -> tools.chosen() && tools.family() == family)
        .findFirst();
  }
}
