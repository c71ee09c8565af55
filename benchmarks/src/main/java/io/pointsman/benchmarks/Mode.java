package io.pointsman.benchmarks;

import io.pointsman.dataplane.Backend;
import io.pointsman.iptables.IptablesBackend;
import io.pointsman.net.IpFamily;
import io.pointsman.nftables.NftablesBackend;
import java.util.List;
import java.util.Optional;

/** A backend with the program that loads the peer's rules. */
enum Mode {
  NFTABLES("nftables"),
  IPTABLES_LEGACY("iptables legacy"),
  IPTABLES_NFT("iptables nft");

  /** What the kubelet leaves in its flavour for others to follow (KEP-3178). */
  static final String HINT = "*mangle\n:KUBE-IPTABLES-HINT - [0:0]\nCOMMIT\n";

  private final String words;

  Mode(String words) {
    this.words = words;
  }

  Backend backend() {
    return isIptables() ? new IptablesBackend() : new NftablesBackend();
  }

  /** Why so many endpoints are not tried; empty when they are. */
  Optional<String> unfeasible(Size size) {
    // Beyond this the rules as text alone fill the memory of a small machine.
    long most = isIptables() ? 150_000 : 1_500_000;
    return size.total() > most
        ? Optional.of("more than %,d endpoints are not tried in this mode".formatted(most))
        : Optional.empty();
  }

  boolean isIptables() {
    return this != NFTABLES;
  }

  PeerShape peer(Workload workload) {
    return isIptables() ? new IptablesPeer(workload) : new NftablesPeer(workload);
  }

  /** The command that loads rules from its standard input, called as kube-proxy and we call it. */
  List<String> loader(IpFamily family) {
    String ip = family == IpFamily.IPV4 ? "iptables" : "ip6tables";
    return switch (this) {
      case NFTABLES -> List.of("nft", "-f", "-");
      case IPTABLES_LEGACY -> restore(ip + "-legacy-restore");
      case IPTABLES_NFT -> restore(ip + "-nft-restore");
    };
  }

  private static List<String> restore(String program) {
    return List.of(program, "-w", "5", "--noflush", "--counters");
  }

  @Override
  public String toString() {
    return words;
  }
}
