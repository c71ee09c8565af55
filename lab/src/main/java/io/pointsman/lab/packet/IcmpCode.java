package io.pointsman.lab.packet;

/** Names of ICMP errors (RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1). */
final class IcmpCode {
  private IcmpCode() {}

  static String v4(int type, int code) {
    if (type != 3) {
      return "type " + type + " code " + code;
    }
    return switch (code) {
      case 0 -> "net-unreachable";
      case 1 -> "host-unreachable";
      case 2 -> "prot-unreachable";
      case 3 -> "port-unreachable";
      case 9 -> "net-prohibited";
      case 10 -> "host-prohibited";
      case 13 -> "admin-prohibited";
      default -> "unreachable code " + code;
    };
  }

  static String v6(int type, int code) {
    if (type != 1) {
      return "type " + type + " code " + code;
    }
    return switch (code) {
      case 0 -> "no-route";
      case 1 -> "admin-prohibited";
      case 3 -> "addr-unreachable";
      case 4 -> "port-unreachable";
      case 5 -> "policy-fail";
      case 6 -> "reject-route";
      default -> "unreachable code " + code;
    };
  }
}
