package io.pointsman.netlink.nfnetlink;

import static io.pointsman.netlink.ScriptedTransport.failure;
import static io.pointsman.netlink.ScriptedTransport.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.netlink.NetlinkException;
import io.pointsman.netlink.ScriptedTransport;
import io.pointsman.netlink.codec.Errno;
import io.pointsman.netlink.codec.Message;
import io.pointsman.netlink.nfnetlink.Notifications.Arrival;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotificationsTest {
  private final ScriptedTransport kernel = new ScriptedTransport();
  private final Notifications notifications = new Notifications(kernel);
  private final List<Message> seen = new ArrayList<>();

  @Test
  void eachKindOfArrivalIsTold() throws IOException {
    kernel
        .queued(message(0xa0f, 0, 0))
        .queued(failure(Errno.ENOBUFS))
        .queued(ScriptedTransport.datagram(new byte[3]))
        .queued(failure(Errno.EINTR));

    assertThat(next()).isEqualTo(Arrival.MESSAGES);
    assertThat(seen).extracting(Message::type).containsExactly(0xa0f);
    assertThat(next()).isEqualTo(Arrival.LOST);
    assertThat(next()).isEqualTo(Arrival.LOST);
    assertThat(next()).isEqualTo(Arrival.NOTHING);
    assertThat(next()).isEqualTo(Arrival.NOTHING);
    notifications.close();
    assertThat(next()).isEqualTo(Arrival.CLOSED);
  }

  @Test
  void anotherFailureIsThrown() {
    kernel.queued(failure(Errno.EIO));

    assertThatThrownBy(this::next).isInstanceOf(NetlinkException.class);
  }

  private Arrival next() throws IOException {
    return notifications.next(Duration.ZERO, seen::add);
  }
}
