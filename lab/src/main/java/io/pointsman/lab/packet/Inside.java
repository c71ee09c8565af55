package io.pointsman.lab.packet;

import io.pointsman.netlink.netns.NamespaceException;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.util.concurrent.Callable;

/** Runs tasks in a namespace whose failures are programming errors or a full machine. */
final class Inside {
  private Inside() {}

  static <T> T call(NetworkNamespace namespace, Callable<T> task) {
    try {
      return namespace.call(task);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new NamespaceException("interrupted inside " + namespace, stop);
    } catch (RuntimeException unchecked) {
      throw unchecked;
    } catch (Exception checked) {
      throw new NamespaceException("failed inside " + namespace + ": " + checked, checked);
    }
  }
}
