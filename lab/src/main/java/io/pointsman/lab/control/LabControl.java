package io.pointsman.lab.control;

import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Control of a cluster, running: follows the objects of an API server, writes what the controllers
 * want, and has pods started and ended. One thread decides.
 */
public final class LabControl implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(LabControl.class.getName());

  /** In the order in which an object is followed up: what one writes, the next sees. */
  private static final List<Controller> CONTROLLERS =
      List.of(new Garbage(), new Deployments(), new Scheduler(), new EndpointSlices());

  private final ApiLink api;
  private final PodRuntime runtime;
  private final BlockingQueue<Follower.News> news = new LinkedBlockingQueue<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Touched by the deciding thread alone, and by the closing one after it. */
  private final Map<ObjectKey, PodLife> lives = new HashMap<>();

  /** Those whose objects are gone, as long as something may be left of them. */
  private final Set<PodLife> leaving = new HashSet<>();

  private LabControl(String url, PodRuntime runtime) {
    this.api = new ApiLink(url);
    this.runtime = runtime;
  }

  /**
   * Starts control; its threads and connections are in the network namespace of the calling thread.
   *
   * @param url of the API server, such as {@code http://127.0.0.1:8080}
   */
  public static LabControl start(String url, PodRuntime runtime) {
    LabControl control = new LabControl(url, runtime);
    for (Kind kind : Kind.values()) {
      control.threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("control follows " + kind.word())
              .unstarted(new Follower(kind, control.api, control.news::add)));
    }
    control.threads.add(Thread.ofPlatform().daemon().name("control").unstarted(control::decide));
    control.threads.forEach(Thread::start);
    return control;
  }

  private void decide() {
    View view = View.nothing();
    try {
      while (true) {
        List<Follower.News> batch = new ArrayList<>(List.of(news.take()));
        news.drainTo(batch);
        for (Follower.News one : batch) {
          view = view.after(one);
        }
        if (view.isWhole()) {
          view = written(view);
          follow(Kind.POD.in(view.objects()));
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private View written(View before) throws InterruptedException {
    View view = before;
    for (Controller controller : CONTROLLERS) {
      for (Change change : wanted(controller, view)) {
        Optional<Manifest> after = api.write(change);
        if (after.isPresent()) {
          view = view.with(after.get());
        }
      }
    }
    return view;
  }

  /** One object that nobody foresaw must not end all control. */
  private static List<Change> wanted(Controller controller, View view) {
    try {
      return controller.changes(view.objects());
    } catch (RuntimeException defect) {
      LOG.log(Level.WARNING, "a controller cannot cope with the cluster's objects", defect);
      return List.of();
    }
  }

  private void follow(List<Manifest> pods) {
    Map<ObjectKey, PodLife> gone = new HashMap<>(lives);
    for (Manifest pod : pods) {
      PodLife life = lives.get(pod.key());
      if (life != null && life.uid().equals(pod.at("/metadata/uid").asText())) {
        gone.remove(pod.key());
        life.tell(pod);
      } else if (!pod.at("/spec/nodeName").asText().isEmpty()) {
        PodLife begun = new PodLife(pod, runtime, api);
        begun.tell(pod);
        lives.put(pod.key(), begun);
        begun.start();
      }
    }
    gone.forEach((key, life) -> {
      life.abandon();
      lives.remove(key, life);
      leaving.add(life);
    });
    leaving.removeIf(life -> !life.isLeft());
  }

  /** Ends control and kills all pods; the objects stay as they are. */
  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
      lives.values().forEach(PodLife::abandon);
      leaving.addAll(lives.values());
      for (PodLife life : leaving) {
        life.join();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    api.close();
  }
}
