package io.pointsman.lab.scenario;

import io.pointsman.dataplane.Backend;
import io.pointsman.lab.Lab;
import io.pointsman.lab.LabException;
import io.pointsman.lab.packet.Probe;
import io.pointsman.lab.packet.Sighting;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.route.InterfaceAddress;
import io.pointsman.netlink.route.RouteSocket;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.Disposition;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import io.pointsman.trace.PlanTracer;
import io.pointsman.trace.Tracer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells from the last plans alone what may become of a probe, once by the plan and once by the
 * backend's rules, and compares with what was seen.
 */
final class Foresight {
  /** An outcome of such a share of all tries that is missing was not just bad luck. */
  private static final double CERTAIN = 20;

  private final Lab lab;
  private final Network network;
  private final LastPlans plans;
  private final Backend backend;

  Foresight(Lab lab, LastPlans plans, Backend backend) {
    this.lab = lab;
    this.network = new Network(lab.topology());
    this.plans = plans;
    this.backend = backend;
  }

  /** What a tracer says of a packet: outcomes as the sender sees them, with their shares. */
  private record Prediction(Map<Set<String>, Double> outcomes) {
    Set<String> possible() {
      Set<String> all = new TreeSet<>();
      outcomes.keySet().forEach(all::addAll);
      return all;
    }
  }

  /** What contradicts the tracers, a line for each. */
  List<String> contradictions(Sighting sighting) {
    Probe probe = sighting.probe();
    return network
        .entrance(probe.from(), probe.to().address())
        .flatMap(passage -> meeting(probe, passage))
        .map(passage -> contradictions(sighting, passage))
        .orElse(List.of());
  }

  private List<String> contradictions(Sighting sighting, Network.Passage passage) {
    while (true) {
      Meeting meeting = new Meeting(sighting.probe(), passage);
      List<String> lines = new ArrayList<>();
      lines.addAll(meeting.compare("plan", meeting.planTracer, sighting));
      lines.addAll(meeting.compare(backend.mode(), backend.tracer(meeting.plan), sighting));
      // What decided may be in the kernel before its plan is told of.
      if (lines.isEmpty() || plans.after(meeting.plan).isEmpty()) {
        return lines;
      }
    }
  }

  /** The first node on the way where a proxy has rules. */
  private Optional<Network.Passage> meeting(Probe probe, Network.Passage first) {
    return hasPlan(probe, first)
        ? Optional.of(first)
        : network.next(first.node(), probe.to().address()).filter(next -> hasPlan(probe, next));
  }

  private boolean hasPlan(Probe probe, Network.Passage passage) {
    return plans.of(passage.node().hostName(), probe.to().address().family()).isPresent();
  }

  /** A probe's packet on a node with rules. */
  private final class Meeting {
    private final Probe probe;
    private final Network.Passage at;
    private final FamilyPlan plan;
    private final Host host;
    private final Packet packet;
    private final PlanTracer planTracer;

    Meeting(Probe probe, Network.Passage at) {
      this.probe = probe;
      this.at = at;
      IpAddress to = probe.to().address();
      this.plan = plans.of(at.node().hostName(), to.family()).orElseThrow();
      this.host = host(at);
      this.packet = new Packet(at.origin(), source(), to, probe.to().protocol(), probe.to().port());
      this.planTracer = new PlanTracer(plan, backend.traits());
    }

    /** A node talks to itself from the address that it talks to. */
    private IpAddress source() {
      IpAddress to = probe.to().address();
      if (probe.source().isPresent()) {
        return probe.source().get();
      }
      if (at.origin() instanceof Packet.Origin.Node && host.isLocal(to)) {
        return to.isLoopback()
            ? IpAddress.of(to.family() == IpFamily.IPV4 ? "127.0.0.1" : "::1")
            : to;
      }
      return lab.topology()
          .endpointAddress(probe.from(), to.family())
          .or(() ->
              lab.topology().clients().stream()
                  .filter(client -> client.name().equals(probe.from()))
                  .flatMap(client -> client.addresses().stream())
                  .map(io.pointsman.lab.InterfaceAddress::address)
                  .filter(address -> address.family() == to.family())
                  .findFirst())
          .orElseThrow();
    }

    List<String> compare(String name, Tracer tracer, Sighting sighting) {
      Map<Set<String>, Double> outcomes = new LinkedHashMap<>();
      for (Map.Entry<Disposition, Double> fate : tracer.trace(packet, host).fate().entrySet()) {
        Set<String> seen = seen(fate.getKey());
        if (seen.isEmpty()) {
          return List.of();
        }
        outcomes.merge(seen, fate.getValue(), Double::sum);
      }
      return contradiction(new Prediction(outcomes), sighting)
          ? List.of(
              "tracer '%s' on %s: %s: foretold %s, seen %s"
                  .formatted(name, at.node().hostName(), packet, outcomes, sighting.counts()))
          : List.of();
    }

    private Set<String> seen(Disposition fate) {
      boolean goesOn =
          fate instanceof Disposition.Pass
              && network
                  .next(at.node(), packet.destination())
                  .filter(next -> hasPlan(probe, next))
                  .isPresent();
      return goesOn
          ? Set.of()
          : network.seen(probe.from(), at, packet, host.isLocal(packet.destination()), fate);
    }

    private boolean contradiction(Prediction prediction, Sighting sighting) {
      if (!prediction.possible().containsAll(sighting.outcomes())) {
        return true;
      }
      boolean remembersClients =
          planTracer
              .entrance(packet, host)
              .filter(entrance -> entrance.port().affinitySeconds() > 0)
              .isPresent();
      return !remembersClients
          && prediction.outcomes().entrySet().stream()
              .filter(one -> one.getValue() * sighting.tries() >= CERTAIN)
              .anyMatch(one -> one.getKey().stream().noneMatch(sighting.outcomes()::contains));
    }
  }

  private Host host(Network.Passage at) {
    try {
      return lab.namespace(at.node().name())
          .call(() -> {
            try (RouteSocket socket = RouteSocket.open(Duration.ofSeconds(5))) {
              Set<IpAddress> addresses = new HashSet<>();
              for (InterfaceAddress one : socket.addresses()) {
                addresses.add(IpAddress.ofBytes(one.address().getAddress()));
              }
              return new Host(addresses);
            }
          });
    } catch (Exception e) {
      throw new LabException("the addresses of " + at.node().name() + " cannot be read: " + e, e);
    }
  }
}
