package io.pointsman.agent.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.preflight.Facts.BoundPort;
import io.pointsman.agent.preflight.Facts.Iptables;
import io.pointsman.agent.preflight.Facts.Outcome;
import io.pointsman.agent.preflight.Facts.Setting;
import io.pointsman.agent.preflight.Facts.Trial;
import io.pointsman.net.IpFamily;
import io.pointsman.net.Protocol;
import io.pointsman.nftables.HostChains.HostChain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {
  private static final Path FLOWS = Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

  /** A machine with nothing in the way, to which a test adds what it likes. */
  private static final class Machine {
    private String mode = "nftables";
    private final Map<String, String> ipvs = new TreeMap<>();
    private long capabilities = -1;
    private final List<Setting> settings = new ArrayList<>();
    private final Map<String, String> sysctls =
        new HashMap<>(
            Map.of("net.ipv4.ip_forward", "1", "net.ipv4.ip_local_port_range", "32768\t60999"));
    private Mounts mounts = new Mounts(false, Set.of());
    private final List<Trial> trials = new ArrayList<>();
    private final List<Iptables> iptables = new ArrayList<>();
    private final List<HostChain> chains = new ArrayList<>();
    private final Set<String> interfaces = new HashSet<>(Set.of("lo", "eth0"));
    private final Set<BoundPort> bound = new HashSet<>();
    private final Set<Integer> loopbackPorts = new HashSet<>();
    private final Set<Long> kubeProxies = new HashSet<>();

    private Machine in(String wanted) {
      mode = wanted;
      return this;
    }

    private Machine with(IpFamily family, boolean nft, boolean chosen, String rules) {
      String program = nft ? "iptables-nft-restore" : "iptables-legacy-restore";
      iptables.add(new Iptables(family, program, "v1.8.9", nft, chosen, Saved.parse(rules)));
      return this;
    }

    private List<Finding> findings() {
      if (iptables.isEmpty()) {
        with(IpFamily.IPV4, true, true, "").with(IpFamily.IPV6, true, true, "");
      }
      return Preflight.judge(
          new Facts(
              mode,
              ipvs,
              capabilities,
              settings,
              sysctls,
              Optional.empty(),
              mounts,
              trials,
              iptables,
              chains,
              interfaces,
              bound,
              loopbackPorts,
              kubeProxies));
    }

    /** The findings that are no praise, as level and place. */
    private List<String> complaints() {
      return findings().stream()
          .filter(finding -> finding.level() != Finding.Level.OK)
          .map(finding -> finding.level().label() + " " + finding.where())
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void aCleanMachineGetsNoComplaint(String mode) {
    Machine machine = new Machine().in(mode);
    assertThat(machine.complaints()).isEmpty();
    assertThat(machine.findings()).isNotEmpty();
  }

  @Test
  void everyComplaintSaysWhatToDo() {
    Machine machine = new Machine().in("ipvs").with(IpFamily.IPV4, false, true, ":X - [0:0]\n");
    machine.with(IpFamily.IPV4, true, false, "*filter\n:FORWARD DROP [0:0]\n:IN_public - [0:0]\n");
    machine.ipvs.put("ipvs.scheduler", "lc");
    machine.ipvs.put("ipvs.syncPeriod", "1m");
    machine.capabilities = 0;
    machine.sysctls.put("net.ipv4.ip_forward", "0");
    machine.sysctls.put("net.ipv4.ip_local_port_range", "1024 65535");
    machine.settings.add(new Setting(FLOWS, Optional.of(1L), 2, false));
    machine.trials.add(refused("nftables", IpFamily.IPV4));
    machine.chains.add(new HostChain("inet", "firewalld", "filter_OUTPUT", "output", true));
    machine.interfaces.add("kube-ipvs0");
    machine.bound.add(new BoundPort(Protocol.TCP, 30080));
    machine.bound.add(new BoundPort(Protocol.TCP, 10256));
    machine.loopbackPorts.add(30081);
    machine.kubeProxies.add(77L);
    assertThat(machine.findings())
        .filteredOn(finding -> finding.level() != Finding.Level.OK)
        .hasSizeGreaterThan(15)
        .allSatisfy(finding -> assertThat(finding.advice()).isNotBlank())
        .allSatisfy(finding -> assertThat(finding.toString()).doesNotContain("\n"));
  }

  private static Trial refused(String mode, IpFamily family) {
    return new Trial(mode, family, new Outcome.Refused("no such thing"));
  }

  @ParameterizedTest
  @CsvSource({
    "nftables, nftables, IPV4, fail",
    "nftables, nftables, IPV6, warn",
    "nftables, iptables, IPV4, ok",
    "ipvs, nftables, IPV4, fail",
    "iptables, iptables, IPV4, fail",
    "iptables, nftables, IPV6, ok",
  })
  void aModeThatTheKernelRefusesMattersWhereItIsWanted(
      String wanted, String tried, IpFamily family, String level) {
    Machine machine = new Machine().in(wanted);
    machine.trials.add(refused(tried, family));
    assertThat(machine.findings())
        .filteredOn(finding -> finding.where().equals("mode " + tried + ", " + family))
        .singleElement()
        .extracting(finding -> finding.level().label())
        .isEqualTo(level);
  }

  @Test
  void programsThatMayBeTheWrongOnesAreNoneForModeIptables() {
    Machine machine = new Machine().with(IpFamily.IPV4, true, false, "");
    machine.with(IpFamily.IPV4, false, false, "").with(IpFamily.IPV6, true, true, "");
    assertThat(machine.complaints()).containsExactly("warn iptables programs, IPv4");
    assertThat(machine.in("iptables").complaints()).containsExactly("fail iptables programs, IPv4");
  }

  @Test
  void bothFlavoursInUseAreOneTooMany() {
    Machine machine = new Machine().with(IpFamily.IPV4, true, true, ":INPUT ACCEPT [0:0]\n");
    machine.with(IpFamily.IPV4, false, false, ":INPUT ACCEPT [0:0]\n");
    machine.with(IpFamily.IPV6, true, true, "");
    assertThat(machine.complaints()).containsExactly("warn iptables programs, IPv4");
  }

  @Test
  void whatWasNotTriedIsNoFailure() {
    Machine machine = new Machine();
    machine.trials.add(new Trial("nftables", IpFamily.IPV4, new Outcome.NotTried("not permitted")));
    machine.trials.add(new Trial("nftables", IpFamily.IPV6, new Outcome.Taken()));
    assertThat(machine.complaints()).containsExactly("warn mode nftables, IPv4");
  }

  @Test
  void rightsAreTold() {
    Machine machine = new Machine().in("iptables");
    machine.capabilities = 1L << MachineFindings.NET_ADMIN;
    assertThat(machine.complaints()).containsExactly("warn CAP_NET_RAW");
    machine.mode = "nftables";
    assertThat(machine.complaints()).isEmpty();
    machine.capabilities = ~(1L << MachineFindings.NET_ADMIN);
    assertThat(machine.complaints()).containsExactly("fail CAP_NET_ADMIN");
  }

  /** As mountinfo has them: the lock by itself, the host's /run, a folder beside it, nothing. */
  @ParameterizedTest
  @CsvSource({
    "iptables, false, true, , true",
    "iptables, false, true, /run/pointsman, true",
    "iptables, false, true, /run/xtables.lock, false",
    "iptables, false, true, /run, false",
    "iptables, true, true, , false",
    "iptables, false, false, , false",
    "nftables, false, true, , false",
  })
  void inTheImageTheLockOfLegacyProgramsMustBeMounted(
      String mode, boolean nft, boolean image, @Nullable String mounted, boolean complaint) {
    Machine machine = new Machine().in(mode).with(IpFamily.IPV4, nft, true, "");
    machine.with(IpFamily.IPV6, nft, true, "");
    List<String> mountinfo = new ArrayList<>();
    for (String point : List.of("/", "/proc", mounted == null ? "/dev" : mounted)) {
      mountinfo.add("36 35 98:0 /from " + point + " rw,noatime - ext3 /dev/root rw");
    }
    machine.mounts = new Mounts(image, Mounts.points(mountinfo));
    assertThat(machine.complaints())
        .isEqualTo(complaint ? List.of("warn /run/xtables.lock") : List.of());
  }

  @Test
  void onlyASettingThatCannotBeChangedIsComplainedOf() {
    Machine machine = new Machine();
    machine.settings.add(new Setting(FLOWS, Optional.of(1L), 131_072, true));
    assertThat(machine.complaints()).isEmpty();
    machine.settings.add(new Setting(FLOWS, Optional.empty(), 131_072, false));
    assertThat(machine.complaints()).containsExactly("warn " + FLOWS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "32768 60999; ''; false",
        "32768\t60999; ''; false",
        "1024 65535; ''; true",
        "32767 60999; ''; true",
        "1024 65535; 30000-32767; false",
        "1024 65535; '80,29000-33000'; false",
        "1024 65535; 30000-32000; true",
        "1024 65535; '30000'; true",
        "31000 40000; 31000-32767; false",
      })
  void portsOfTheNodesOwnConnectionsMustNotBeNodePorts(
      String range, String reserved, boolean complaint) {
    Machine machine = new Machine();
    machine.sysctls.put("net.ipv4.ip_local_port_range", range);
    machine.sysctls.put("net.ipv4.ip_local_reserved_ports", reserved);
    assertThat(machine.complaints())
        .isEqualTo(complaint ? List.of("warn net.ipv4.ip_local_port_range") : List.of());
  }

  @Test
  void listenersOnNodePortsAndOnOurOwnAreNamed() {
    Machine machine = new Machine();
    machine.bound.addAll(
        List.of(
            new BoundPort(Protocol.TCP, 22),
            new BoundPort(Protocol.TCP, 29_999),
            new BoundPort(Protocol.TCP, 30_000),
            new BoundPort(Protocol.UDP, 32_767),
            new BoundPort(Protocol.TCP, 32_768),
            new BoundPort(Protocol.UDP, 10256),
            new BoundPort(Protocol.TCP, 10256)));
    assertThat(machine.complaints())
        .containsExactly("warn port 30000/tcp", "warn port 32767/udp", "warn port 10256/tcp");
  }

  @Test
  void whoUsesLocalhostIsNamedBeforeItEnds() {
    Machine machine = new Machine();
    machine.loopbackPorts.addAll(List.of(30080, 8080));
    assertThat(machine.complaints()).containsExactly("warn 127.0.0.1");
    assertThat(machine.in("iptables").complaints()).isEmpty();
  }

  @Test
  void rulesOfAProxyAreLeftToTheTakeOver() {
    String rules = "*nat\n:KUBE-SERVICES - [0:0]\n:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\nCOMMIT\n";
    Machine machine = new Machine().with(IpFamily.IPV4, false, false, rules);
    machine.with(IpFamily.IPV4, true, true, "").with(IpFamily.IPV6, true, true, "");
    machine.chains.add(new HostChain("ip", "kube-proxy", "services", "", false));
    assertThat(machine.complaints()).isEmpty();
    assertThat(machine.findings())
        .extracting(Finding::where)
        .contains("table ip kube-proxy", "iptables-legacy-restore");
    assertThat(machine.in("iptables").complaints())
        .as("nobody would remove them")
        .containsExactly("warn iptables-legacy-restore");
  }

  @ParameterizedTest
  @CsvSource({
    "forward, true, true",
    "input, true, true",
    "output, true, true",
    "forward, false, false",
    "prerouting, true, false",
    "'', true, false",
  })
  void chainsThatDropWhatComesToTheirEndAreNamed(String hook, boolean drops, boolean complaint) {
    for (String mode : List.of("nftables", "iptables")) {
      Machine machine = new Machine().in(mode);
      machine.chains.add(new HostChain("inet", "host", "guard", hook, drops));
      assertThat(machine.complaints())
          .isEqualTo(complaint ? List.of("warn nft table inet host, chain guard") : List.of());
    }
  }

  @Test
  void theHostsIptablesAreOpenedByModeIptables() {
    String rules = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\nCOMMIT\n";
    Machine nft = new Machine().with(IpFamily.IPV4, true, true, rules);
    nft.with(IpFamily.IPV6, true, true, "");
    nft.chains.add(new HostChain("ip", "filter", "FORWARD", "forward", true));
    assertThat(nft.complaints()).containsExactly("warn nft table ip filter, chain FORWARD");
    assertThat(nft.in("iptables").complaints()).isEmpty();
    Machine legacy = new Machine().with(IpFamily.IPV4, false, true, rules);
    legacy.with(IpFamily.IPV6, false, true, "");
    assertThat(legacy.complaints())
        .containsExactly("warn iptables-legacy-restore, filter chain FORWARD");
    assertThat(legacy.in("iptables").complaints()).isEmpty();
  }

  @Test
  void aLastRuleForAllPacketsClosesAChainToo() {
    Saved saved =
        Saved.parse(
            """
            *nat
            :FORWARD DROP [0:0]
            COMMIT
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :KUBE-FORWARD - [0:0]
            :KUBE-FIREWALL - [0:0]
            -A INPUT -i lo -j ACCEPT
            -A INPUT -j REJECT --reject-with icmp-host-prohibited
            -A FORWARD -i eth0 -j DROP
            COMMIT
            """);
    assertThat(saved.closed()).containsExactly("INPUT");
    assertThat(saved.ofProxy()).as("KUBE-FIREWALL is the kubelet's as well").isEqualTo(1);
  }

  @Test
  void listenersAreToldFromConnections() {
    String header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";
    String tcp =
        header
            + "   0: 0100007F:2809 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n"
            + "   1: 0100007F:7580 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0\n";
    assertThat(SocketTable.parse(tcp, Protocol.TCP))
        .containsExactly(new BoundPort(Protocol.TCP, 10249));
    String udp =
        header
            + " 9024: 00000000000000000000000000000000:7581"
            + " 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000\n";
    assertThat(SocketTable.parse(udp, Protocol.UDP))
        .containsExactly(new BoundPort(Protocol.UDP, 30081));
    assertThat(SocketTable.parse("nonsense\n\n", Protocol.TCP)).isEmpty();
  }
}
