package io.pointsman.agent;

import io.pointsman.agent.compare.Comparer;
import io.pointsman.agent.dump.Archive;
import io.pointsman.agent.dump.Content;
import io.pointsman.agent.dump.ManifestText;
import io.pointsman.agent.listing.ServiceList;
import io.pointsman.agent.listing.ServiceLister;
import io.pointsman.agent.local.AgentConnection;
import io.pointsman.agent.log.LogTail;
import io.pointsman.agent.metrics.Build;
import io.pointsman.agent.system.KernelFile;
import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.plan.NodeContext;
import io.pointsman.reconcile.SyncReport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What goes into a dump of a running agent. It works by the plans of the last syncs, which never
 * change, and on a socket of its own, so that no sync waits for it.
 */
final class AgentDump {
  /** Read in the network namespace of the thread that asks. */
  private static final List<String> KERNEL_FILES =
      List.of(
          "kernel/osrelease",
          "kernel/version",
          "net/netfilter/nf_conntrack_count",
          "net/netfilter/nf_conntrack_max",
          "net/netfilter/nf_conntrack_tcp_be_liberal",
          "net/ipv4/ip_forward",
          "net/ipv4/conf/all/rp_filter",
          "net/ipv4/conf/all/route_localnet",
          "net/ipv4/ip_local_port_range",
          "net/ipv4/ip_local_reserved_ports",
          "net/ipv6/conf/all/disable_ipv6",
          "net/ipv6/conf/all/forwarding",
          "net/bridge/bridge-nf-call-iptables");

  private final Backend backend;
  private final Function<IpFamily, Optional<SyncReport>> lastSyncs;
  private final AdminServers servers;
  private final LogTail log;

  /**
   * @param lastSyncs empty for a family that is not served, or not programmed yet
   */
  AgentDump(
      Backend backend,
      Function<IpFamily, Optional<SyncReport>> lastSyncs,
      AdminServers servers,
      LogTail log) {
    this.backend = backend;
    this.lastSyncs = lastSyncs;
    this.servers = servers;
    this.log = log;
  }

  /** Writes a tar. */
  void writeTo(OutputStream out) throws IOException {
    Instant now = Instant.now();
    List<SyncReport> syncs =
        Arrays.stream(IpFamily.values())
            .flatMap(family -> lastSyncs.apply(family).stream())
            .toList();
    archive(syncs, now).writeTo(out, now);
  }

  private Archive archive(List<SyncReport> syncs, Instant now) {
    List<Archive.Part> parts = new ArrayList<>();
    parts.add(new Archive.Part("about.json", () -> json(about(now))));
    parts.addAll(servers.parts());
    parts.add(new Archive.Part("log.txt", this::logText));
    parts.add(new Archive.Part("node.json", () -> json(node(syncs))));
    parts.add(new Archive.Part("snapshot.yaml", () -> snapshot(syncs)));
    parts.add(
        new Archive.Part(
            "left-out.json", () -> json(ServiceLister.of(backend.mode(), syncs).leftOut())));
    parts.add(new Archive.Part("diagnostics.txt", () -> diagnostics(syncs)));
    for (SyncReport sync : syncs) {
      String family = sync.family().toString();
      FamilyPlan plan = sync.plan();
      parts.add(new Archive.Part("plan-" + family + ".jsonl", () -> entries(plan)));
      parts.add(
          new Archive.Part("rules-" + family + ".txt", () -> Content.text(backend.render(plan))));
      parts.add(new Archive.Part("kernel-" + family + ".txt", () -> kernel(sync.family())));
    }
    parts.add(new Archive.Part("differences.txt", () -> differences(syncs)));
    return new Archive(parts);
  }

  private static Content json(Object value) {
    return Content.text(AgentConnection.line(value) + "\n");
  }

  private Map<String, Object> about(Instant now) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("build", Build.current());
    about.put("mode", backend.mode());
    about.put("process", ProcessHandle.current().pid());
    about.put("time", now.toString());
    return about;
  }

  private Content logText() {
    List<String> records = log.records();
    return Content.written(out -> {
      for (String each : records) {
        out.write(each);
      }
    });
  }

  private static Map<String, Object> node(List<SyncReport> syncs) {
    Map<String, Object> facts = new LinkedHashMap<>();
    for (SyncReport sync : syncs) {
      facts.put(sync.family().toString(), context(sync.plan().context()));
    }
    facts.put("addresses", addresses());
    Map<String, String> kernel = new LinkedHashMap<>();
    for (String file : KERNEL_FILES) {
      kernelFile(file).ifPresent(value -> kernel.put(file.replace('/', '.'), value));
    }
    facts.put("sysctls", kernel);
    return facts;
  }

  private static Map<String, Object> context(NodeContext context) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("nodeName", context.nodeName());
    facts.put("zone", context.zone());
    facts.put("nodeIp", context.nodeIp().map(Object::toString));
    facts.put("localDetector", context.localDetector().toString());
    facts.put("nodePortAddresses", context.nodePortAddresses().toString());
    facts.put("localhostNodePorts", context.localhostNodePorts());
    facts.put("masqueradeAll", context.masqueradeAll());
    facts.put("masqueradeBit", context.masqueradeBit());
    facts.put("serviceCidrs", context.serviceCidrs().stream().map(Object::toString).toList());
    return facts;
  }

  private static List<String> addresses() {
    try {
      return HostAddresses.read().stream().map(Object::toString).sorted().toList();
    } catch (IOException e) {
      return List.of("cannot be read: " + e.getMessage());
    }
  }

  /** Empty where this kernel has no such file, or does not let us read it. */
  private static Optional<String> kernelFile(String name) {
    try {
      return Optional.of(KernelFile.read(Path.of("/proc/sys", name)));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** The families follow the same cluster; where one is a sync behind, the other counts. */
  private static Content snapshot(List<SyncReport> syncs) {
    if (syncs.isEmpty()) {
      throw new IllegalStateException("no sync has ended yet; readyz.txt and log.txt say why");
    }
    return ManifestText.of(
        syncs.stream().map(sync -> sync.plan().context()).toList(),
        syncs.getFirst().plan().inputs());
  }

  private static Content diagnostics(List<SyncReport> syncs) {
    return Content.text(
        syncs.stream()
            .flatMap(sync -> sync.plan().diagnostics().stream())
            .map(problem -> problem + "\n")
            .distinct()
            .collect(Collectors.joining()));
  }

  private static Content entries(FamilyPlan plan) {
    return Content.written(out -> {
      try (Stream<ServiceList.Port> ports = ServiceLister.entries(plan)) {
        for (ServiceList.Port port : (Iterable<ServiceList.Port>) ports::iterator) {
          line(out, AgentConnection.line(port));
        }
      }
    });
  }

  private static void line(Writer out, String text) throws IOException {
    out.write(text);
    out.write('\n');
  }

  private Content kernel(IpFamily family) throws DataplaneException {
    try (Dataplane dataplane = backend.open(family)) {
      return Content.text(dataplane.readBack());
    }
  }

  private Content differences(List<SyncReport> syncs) throws DataplaneException {
    Map<IpFamily, FamilyPlan> plans =
        syncs.stream().collect(Collectors.toMap(SyncReport::family, SyncReport::plan));
    return Content.text(
        new Comparer(backend, family -> Optional.ofNullable(plans.get(family))).compare().print());
  }
}
