package io.pointsman.lab.learn;

import io.pointsman.lab.LabException;
import io.pointsman.lab.cni.CniRuntime;
import io.pointsman.lab.cni.Container;
import io.pointsman.lab.cni.NetworkList;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many containers that come and go at once. */
final class Crowds {
  private record Member(CniRuntime runtime, NetworkList network, Container container) {}

  private Crowds() {}

  /** All ADDs run at the same time, then all DELs; then one more comes, to see what was kept. */
  static StepResult play(RowPlaces places, Row.Step step, RowAction.Crowd crowd) {
    List<NetworkNamespace> namespaces = new ArrayList<>();
    try {
      List<Member> members = new ArrayList<>();
      for (int number = 0; number < crowd.containers(); number++) {
        NetworkNamespace namespace = NetworkNamespace.create();
        namespaces.add(namespace);
        int node = number % crowd.in().size();
        members.add(
            new Member(
                places.runtime(crowd.in().get(node)),
                places.network(crowd.networks().get(node)),
                new Container("crowd-" + number, namespace, List.of())));
      }
      List<String> addresses =
          atOnce(
              members,
              one ->
                  CniRuntime.addresses(one.runtime().add(one.network(), one.container()))
                      .getFirst());
      atOnce(
          members,
          one -> {
            one.runtime().delete(one.network(), one.container());
            return "";
          });
      return new StepResult(
          step,
          true,
          addresses.size()
              + " containers got "
              + new HashSet<>(addresses).size()
              + " different addresses, "
              + addresses.stream().sorted().limit(3).toList()
              + " among them; all were detached");
    } finally {
      namespaces.forEach(NetworkNamespace::close);
    }
  }

  private interface Call {
    String on(Member member);
  }

  private static List<String> atOnce(List<Member> members, Call call) {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            members.size(), Thread.ofPlatform().daemon().name("crowd-", 0).factory())) {
      List<Callable<String>> calls =
          members.stream().map(one -> (Callable<String>) () -> call.on(one)).toList();
      List<String> answers = new ArrayList<>();
      for (Future<String> done : threads.invokeAll(calls)) {
        answers.add(done.get());
      }
      return answers;
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException unchecked
          ? unchecked
          : new LabException("a call in the crowd broke", failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new LabException("interrupted while the crowd came", stop);
    }
  }
}
