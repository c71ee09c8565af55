package io.pointsman.nftables;

import io.pointsman.dataplane.Backend;
import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.dataplane.Hits;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.nfnetlink.Batch;
import io.pointsman.netlink.nfnetlink.BatchSocket;
import io.pointsman.netlink.nfnetlink.CommitResult;
import io.pointsman.plan.Destination;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.ModeTraits;
import io.pointsman.trace.Tracer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Programs nf_tables over netlink; the {@code nft} program is not needed. */
public final class NftablesBackend implements Backend {
  /** A commit of a million elements takes seconds; silence beyond this is a hang. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Map<Path, ForeignChanges> changes = new ConcurrentHashMap<>();

  @Override
  public String mode() {
    return "nftables";
  }

  @Override
  public ModeTraits traits() {
    return ModeTraits.NFTABLES;
  }

  @Override
  public String render(FamilyPlan plan) {
    return Printer.print(Compiler.compile(Compiler.empty(plan.context()), plan).ruleset());
  }

  @Override
  public Tracer tracer(FamilyPlan plan) {
    return new NftablesTracer(Compiler.compile(Compiler.empty(plan.context()), plan).ruleset());
  }

  @Override
  public Dataplane open(IpFamily family) throws DataplaneException {
    return new NftablesDataplane(family, openSocket(family), changesHere());
  }

  /** What the families share in the network namespace of the calling thread. */
  private ForeignChanges changesHere() throws DataplaneException {
    try {
      Path namespace = Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net"));
      return changes.computeIfAbsent(namespace, unknown -> new ForeignChanges());
    } catch (IOException e) {
      throw new DataplaneException("/proc is not there: mount it", e);
    }
  }

  private static BatchSocket openSocket(IpFamily family) throws DataplaneException {
    try {
      return check(BatchSocket.open(PATIENCE), family);
    } catch (NetlinkException e) {
      throw new DataplaneException(explain(e), e);
    }
  }

  /** The socket, when the kernel answers on it; closed otherwise. */
  static BatchSocket check(BatchSocket socket, IpFamily family) throws DataplaneException {
    try {
      socket.generation();
      return socket;
    } catch (NetlinkException e) {
      socket.close();
      throw new DataplaneException(explain(e), e);
    } catch (IOException e) {
      socket.close();
      throw new DataplaneException("nf_tables (" + family + ") does not answer", e);
    }
  }

  private static String explain(NetlinkException e) {
    if (e.errno().equals(Errno.EPERM)) {
      return "nf_tables: not permitted; run as root or with CAP_NET_ADMIN";
    }
    boolean missing =
        e.errno().equals(Errno.EPROTONOSUPPORT)
            || e.errno().equals(Errno.EOPNOTSUPP)
            || e.errno().equals(Errno.EINVAL);
    return missing
        ? "this kernel has no nf_tables; load the module nf_tables or use --proxy-mode=iptables"
        : "nf_tables cannot be opened: " + e.getMessage();
  }

  @Override
  public Optional<Map<Destination, Hits>> hits(IpFamily family) throws DataplaneException {
    try (BatchSocket socket = openSocket(family)) {
      return Optional.of(new HitReader(socket.client(), family).read());
    } catch (IOException e) {
      throw new DataplaneException(
          "the counters of nf_tables (" + family + ") cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void cleanUp(IpFamily family) throws DataplaneException {
    try (BatchSocket socket = openSocket(family)) {
      Set<String> tables = new KernelReader(socket.client(), family).read().tables();
      BatchWriter writer = new BatchWriter(Batch.unconditional(), family);
      for (String name : new String[] {Ruleset.TABLE, NftablesDataplane.KUBE_PROXY_TABLE}) {
        if (tables.contains(name)) {
          writer.write(new Operation.RemoveTable(name));
        }
      }
      if (!writer.batch().isEmpty()
          && !(socket.commit(writer.batch()) instanceof CommitResult.Committed)) {
        throw new DataplaneException(
            "the nf_tables tables of "
                + family
                + " could not be removed; list them with 'nft list"
                + " tables' and try again");
      }
    } catch (IOException e) {
      throw new DataplaneException(
          "nf_tables (" + family + ") cannot be cleaned up: " + e.getMessage(), e);
    }
  }
}
