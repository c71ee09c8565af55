package io.pointsman.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pointsman.lab.packet.Destination;
import io.pointsman.lab.packet.Flow;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Nothing of a lab outlives it. The witness is a namespace of the test with one end of a cable
 * whose other end is in the lab: that end goes when, and only when, the kernel takes the lab's
 * namespace apart, for which no process, thread or socket may be left in it.
 */
@NeedsLab
@Timeout(60)
class LabEndTest {
  /** A process of the lab that knows nothing of being a child and would run for an hour. */
  private static ProcessBuilder sleeper() {
    return new ProcessBuilder("sh", "-c", "sleep 3600 & exec sleep 3601");
  }

  private static void plugIn(Lab lab, String place, String witnessPath) {
    lab.namespace(place)
        .exec(
            "ip",
            "link",
            "add",
            "to-witness",
            "type",
            "veth",
            "peer",
            "name",
            "of-" + place,
            "netns",
            witnessPath)
        .orThrow();
  }

  /** Waits for the kernel to report the end of the cable in the witness. */
  private static void awaitUnplugged(NetworkNamespace witness, String place) {
    while (witness.exec("ip", "-o", "link").output().contains("of-" + place)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void closingLeavesNothing() {
    try (NetworkNamespace witness = NetworkNamespace.create()) {
      Lab lab = Lab.up(Topology.standard(1, 2));
      List<String> places = lab.topology().names();
      places.forEach(place -> plugIn(lab, place, witness.path()));
      Process child = lab.start("A", sleeper());
      lab.outcomes("ext", "172.29.0.11:8080");
      Optional<ProcessHandle> grandchild = grandchild(child);

      lab.close();

      assertThat(child.isAlive()).isFalse();
      grandchild.ifPresent(one -> one.onExit().join());
      places.forEach(place -> awaitUnplugged(witness, place));
      lab.close();
    }
  }

  @Test
  void connectionsWithoutTheirPeerDoNotKeepALab() {
    try (NetworkNamespace witness = NetworkNamespace.create()) {
      Lab lab = Lab.up(Topology.standard(1, 1));
      List<String> places = lab.topology().names();
      places.forEach(place -> plugIn(lab, place, witness.path()));
      Destination to = Destination.of("172.29.0.11:8080");
      try (Flow flow = lab.prober().flow("ext", to, Optional.empty())) {
        assertThat(flow.ask(Duration.ofSeconds(5))).hasToString("A:8080 from client");
        lab.namespace("ext").exec("ip", "link", "set", "eth0", "down").orThrow();
      }

      lab.close();

      places.forEach(place -> awaitUnplugged(witness, place));
    }
  }

  private static Optional<ProcessHandle> grandchild(Process child) {
    Optional<ProcessHandle> found = child.descendants().findFirst();
    while (found.isEmpty() && child.isAlive()) {
      found = child.descendants().findFirst();
    }
    return found;
  }

  @Test
  void aLabThatDoesNotComeUpLeavesNothing() {
    Topology good = Topology.standard(1, 1);
    Topology bad =
        new Topology(
            good.fabric(),
            good.nodes(),
            List.of(new Topology.Client("ext", List.of(), List.of(), "nowhere")),
            good.clusterCidrs(),
            good.serviceCidrs(),
            good.externalCidrs());
    long before = openNamespaces();

    assertThat(catchThrowable(() -> Lab.up(bad)))
        .isInstanceOf(LabException.class)
        .hasMessage("client 'ext' goes via 'nowhere', which is no node of the topology");
    assertThat(openNamespaces()).isEqualTo(before);
  }

  private static long openNamespaces() {
    Path descriptors = Path.of("/proc/self/fd");
    try (var files = Files.list(descriptors)) {
      return files.filter(file -> target(file).startsWith("net:[")).count();
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException gone) {
      return "";
    }
  }

  @Test
  void killingTheProcessLeavesNothing() throws Exception {
    try (NetworkNamespace witness = NetworkNamespace.create()) {
      Process owner =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Owner.class.getName(),
                  witness.path())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader said = owner.inputReader(StandardCharsets.UTF_8)) {
        assertThat(said.readLine()).isEqualTo("up");
        List<ProcessHandle> descendants = owner.descendants().toList();
        assertThat(descendants).isNotEmpty();

        owner.destroyForcibly().waitFor(30, TimeUnit.SECONDS);

        descendants.forEach(one -> one.onExit().join());
      }
      for (String place : Topology.standard(2, 1).names()) {
        awaitUnplugged(witness, place);
      }
    }
  }

  /** The process that is killed: it brings a lab up with a child in it, says so, and waits. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] args) throws IOException {
      Lab lab = Lab.up(Topology.standard(2, 1));
      lab.topology().names().forEach(place -> plugIn(lab, place, args[0]));
      lab.start("A", new ProcessBuilder("sleep", "3600"));
      lab.start("a1", new ProcessBuilder("sleep", "3600"));
      System.out.println("up");
      System.in.read();
    }
  }
}
