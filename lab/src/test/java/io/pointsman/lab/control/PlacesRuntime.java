package io.pointsman.lab.control;

import io.pointsman.lab.Lab;
import io.pointsman.lab.LabException;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.net.IpAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs pods in the places for pods that a lab's topology has, each with a {@link PodServer}. */
final class PlacesRuntime implements PodRuntime {
  private final Lab lab;
  private final Set<String> taken = new HashSet<>();

  PlacesRuntime(Lab lab) {
    this.lab = lab;
  }

  @Override
  public RunningPod start(Manifest pod) {
    String hostName = pod.at("/spec/nodeName").asText();
    Topology.Node node =
        lab.topology().nodes().stream()
            .filter(one -> one.hostName().equals(hostName))
            .findFirst()
            .orElseThrow(() -> new LabException("there is no node " + hostName));
    Topology.Pod place = take(node);
    try {
      String text = pod.key().name() + " " + pod.at("/spec/containers/0/image").asText();
      PodServer server = lab.namespace(place.name()).call(() -> new PodServer(text));
      return new Placed(node, place, server);
    } catch (Exception failed) {
      release(place);
      throw new LabException("no server in " + place.name() + ": " + failed, failed);
    }
  }

  private synchronized Topology.Pod take(Topology.Node node) {
    return node.pods().stream()
        .filter(place -> taken.add(place.name()))
        .findFirst()
        .orElseThrow(() -> new LabException("no place is left on " + node.hostName()));
  }

  private synchronized void release(Topology.Pod place) {
    taken.remove(place.name());
  }

  private final class Placed implements RunningPod {
    private final Topology.Node node;
    private final Topology.Pod place;
    private final PodServer server;

    Placed(Topology.Node node, Topology.Pod place, PodServer server) {
      this.node = node;
      this.place = place;
      this.server = server;
    }

    @Override
    public List<IpAddress> addresses() {
      return place.addresses();
    }

    @Override
    public boolean isRunning() {
      return true;
    }

    @Override
    public boolean answers(ReadinessProbe.Question question) {
      return ProbeSender.answers(
          lab.namespace(node.name()), place.addresses().getFirst(), question);
    }

    @Override
    public void stop(Duration grace) {
      server.end(grace);
      release(place);
    }
  }
}
