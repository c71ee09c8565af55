package io.pointsman.lab.control;

import io.pointsman.lab.packet.HttpAsk;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.netlink.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Asks pods for their readiness from the namespace of their node, as a kubelet does. */
public final class ProbeSender {
  private static final int OK = 200;
  private static final int BAD = 400;

  private ProbeSender() {}

  /** True when the pod at this address gives a good answer. */
  public static boolean answers(
      NetworkNamespace node, IpAddress pod, ReadinessProbe.Question question) {
    return switch (question) {
      case ReadinessProbe.Http http -> get(node, pod, http);
      case ReadinessProbe.Tcp tcp -> connect(node, pod, tcp);
    };
  }

  private static boolean get(NetworkNamespace node, IpAddress pod, ReadinessProbe.Http http) {
    String host = pod.family() == IpFamily.IPV6 ? "[" + pod + "]" : pod.toString();
    URI url = URI.create("http://" + host + ":" + http.port() + http.path());
    return HttpAsk.send(node, "GET", url, http.timeout())
            instanceof HttpAsk.Result.Replied(var reply)
        && reply.status() >= OK
        && reply.status() < BAD;
  }

  private static boolean connect(NetworkNamespace node, IpAddress pod, ReadinessProbe.Tcp tcp) {
    try {
      return node.call(() -> {
        try (Socket socket = new Socket()) {
          socket.connect(
              new InetSocketAddress(pod.toInetAddress(), tcp.port()),
              (int) tcp.timeout().toMillis());
          return true;
        } catch (IOException unanswered) {
          return false;
        }
      });
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    } catch (Exception impossible) {
      throw new IllegalStateException("the probe of " + pod + " failed", impossible);
    }
  }
}
