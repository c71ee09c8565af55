package io.pointsman.lab.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Lab;
import io.pointsman.lab.Topology;
import io.pointsman.lab.scenario.ProxyUnderTest.Deployment;
import io.pointsman.lab.scenario.ProxyUnderTest.Running;
import java.util.List;
import java.util.Optional;

/** The proxies of a performance, and whether their rules are known to stand as planned. */
final class Proxies implements AutoCloseable {
  private final Lab lab;
  private final ProxyUnderTest tested;
  private final Optional<ProxyUnderTest> reference;
  private final Scenario scenario;
  private final ProxyMode mode;
  private ObjectNode configuration;
  private Optional<Running> running = Optional.empty();
  private Optional<ProxyMode> standing = Optional.empty();
  private boolean pending;

  Proxies(
      Lab lab,
      ProxyUnderTest tested,
      Optional<ProxyUnderTest> reference,
      Scenario scenario,
      ProxyMode mode) {
    this.lab = lab;
    this.tested = tested;
    this.reference = reference;
    this.scenario = scenario;
    this.mode = mode;
    this.configuration = scenario.configuration();
  }

  /** The mode whose rules stand as the tested proxy planned them; empty when that is not sure. */
  Optional<ProxyMode> standing() {
    return pending ? Optional.empty() : standing;
  }

  /** Somebody else touched rules. */
  void disturb() {
    standing = Optional.empty();
  }

  void start(ClusterObjects objects) {
    start(tested, mode, objects);
  }

  private void start(ProxyUnderTest which, ProxyMode as, ClusterObjects objects) {
    running = Optional.of(which.start(deployment(as), objects));
    standing = which == tested ? Optional.of(as) : Optional.empty();
    pending = false;
  }

  /** The nodes on which proxies run. */
  List<Topology.Node> nodes() {
    return scenario.proxyNodes().stream()
        .map(name ->
            lab.topology()
                .node(name)
                .orElseThrow(() ->
                    new ScenarioException(scenario.name() + ": there is no node '" + name + "'")))
        .toList();
  }

  private Deployment deployment(ProxyMode as) {
    ObjectNode config = BaseObjects.configuration(lab.topology(), as, configuration);
    return new Deployment(lab, nodes(), as, config);
  }

  void control(Step.Proxy step, ClusterObjects objects) {
    ProxyMode as = step.otherMode() ? mode.other() : mode;
    ProxyUnderTest which = step.reference() ? reference() : tested;
    step.configuration()
        .ifPresent(changes -> configuration = (ObjectNode) Patches.merge(configuration, changes));
    switch (step.action()) {
      case START -> start(which, as, objects);
      case RESTART -> {
        stop();
        start(which, as, objects);
      }
      // Rules stay, and a proxy says nothing when it ends: both ways are the same to it.
      case STOP, KILL -> stop();
      case CLEANUP -> {
        stop();
        which.cleanUp(deployment(as));
        standing = Optional.empty();
      }
    }
  }

  private ProxyUnderTest reference() {
    return reference.orElseThrow(() ->
        new ScenarioException(scenario.name() + ": nothing stands for 'impl: reference' here"));
  }

  /** Tells those that run; if asked to, returns when all of it is in the kernels. */
  void publish(ClusterObjects objects, boolean sync) {
    running.ifPresent(proxies -> {
      proxies.publish(objects);
      pending = true;
      if (sync) {
        awaitProgrammed();
      }
    });
  }

  void awaitProgrammed() {
    running.ifPresent(proxies -> {
      proxies.awaitProgrammed();
      pending = false;
    });
  }

  /** Returns when what was published without waiting for it is in the kernels, too. */
  void settle() {
    if (pending) {
      awaitProgrammed();
    }
  }

  private void stop() {
    running.ifPresent(Running::close);
    running = Optional.empty();
  }

  @Override
  public void close() {
    stop();
  }
}
