package io.pointsman.agent.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pointsman.net.IpAddress;
import io.pointsman.trace.Host;
import io.pointsman.trace.Packet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {
  private static final Host HOST = new Host(Set.of(IpAddress.parse("172.29.0.11").orElseThrow()));

  private static Packet packet(String from, String to, String interfaceName) {
    return new Question(from, to, interfaceName, false).packet(HOST);
  }

  @ParameterizedTest
  @CsvSource({
    "10.244.1.5,  10.96.0.10:53/udp,   '',   10.244.1.5 -> 10.96.0.10:53/udp from the network",
    "10.244.1.5,  10.96.0.10:80,       cbr0, 10.244.1.5 -> 10.96.0.10:80/tcp from interface cbr0",
    "172.29.0.11, 10.96.0.10:80/SCTP,  '',   172.29.0.11 -> 10.96.0.10:80/sctp from this node",
    "fd00::5,     '[fd00::10]:53/udp', '',   'fd00::5 -> [fd00::10]:53/udp from the network'",
  })
  void readsAsPeopleWriteIt(String from, String to, String interfaceName, String packet) {
    assertThat(packet(from, to, interfaceName)).hasToString(packet);
  }

  @Test
  void saysWhatCannotBeRead() {
    assertThatThrownBy(() -> packet("web", "10.0.0.1:80", ""))
        .hasMessage("--from: 'web' is not an IP address");
    assertThatThrownBy(() -> packet("10.0.0.1", "10.0.0.2", ""))
        .hasMessage("--to '10.0.0.2' has no port: write ADDRESS:PORT[/udp]");
    assertThatThrownBy(() -> packet("10.0.0.1", "10.0.0.2:70000", ""))
        .hasMessage("--to: port '70000' is not a number 1-65535");
    assertThatThrownBy(() -> packet("10.0.0.1", "10.0.0.2:80/icmp", ""))
        .hasMessage("--to: protocol 'icmp' is not tcp, udp or sctp");
    assertThatThrownBy(() -> packet("10.0.0.1", "[fd00::1]:80", ""))
        .hasMessageContaining("different families");
  }
}
