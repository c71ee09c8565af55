package io.pointsman.iptables;

import io.pointsman.model.ServicePortName;
import io.pointsman.plan.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The names of chains: kube-proxy's where the chain does the same, so that tools find them. */
final class ChainNames {
  static final String SERVICES = "KUBE-SERVICES";
  static final String EXTERNAL_SERVICES = "KUBE-EXTERNAL-SERVICES";
  static final String NODE_PORTS = "KUBE-NODEPORTS";
  static final String EXTERNAL_NODE_PORTS = "KUBE-EXTERNAL-NODEPORTS";
  static final String POSTROUTING = "KUBE-POSTROUTING";
  static final String MARK_MASQ = "KUBE-MARK-MASQ";
  static final String FORWARD = "KUBE-FORWARD";
  static final String PROXY_FIREWALL = "KUBE-PROXY-FIREWALL";
  static final String CANARY = "KUBE-PROXY-CANARY";
  static final String PROBE = "KUBE-PROXY-PROBE";

  /** The chains of single endpoints begin so. */
  static final String ENDPOINT = "KUBE-SEP-";

  /** Kept by the kubelet as well, and therefore never flushed or removed. */
  static final String FIREWALL = "KUBE-FIREWALL";

  private static final Set<String> OWNED =
      Set.of(
          SERVICES,
          EXTERNAL_SERVICES,
          NODE_PORTS,
          EXTERNAL_NODE_PORTS,
          POSTROUTING,
          MARK_MASQ,
          FORWARD,
          PROXY_FIREWALL,
          CANARY,
          PROBE);

  private static final List<String> OWNED_PREFIXES =
      List.of(
          "KUBE-SVC-",
          "KUBE-SVL-",
          "KUBE-EXT-",
          "KUBE-FW-",
          ENDPOINT,
          "KUBE-IP-",
          "KUBE-XIP-",
          "KUBE-FIP-",
          "KUBE-NP-",
          "KUBE-XNP-",
          "KUBE-HCP-");

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int HASH_LENGTH = 16;

  private ChainNames() {}

  /**
   * True for chains that are ours or kube-proxy's alone. Longer names than iptables can make, which
   * nft puts into its tables all the same, are neither's.
   */
  static boolean isOwned(String name) {
    return OWNED.contains(name)
        || (name.length() <= ChainId.MAX_NAME
            && OWNED_PREFIXES.stream().anyMatch(name::startsWith));
  }

  /** The chains that there is one of, whatever Services there are; sorted. */
  static Set<String> fixed() {
    return new TreeSet<>(OWNED);
  }

  /** Others may jump there to have a packet masqueraded; then it stays as long as they do. */
  static boolean isLent(String name) {
    return name.equals(MARK_MASQ);
  }

  static boolean isShared(String name) {
    return name.equals(FIREWALL);
  }

  static String service(ServicePortName name) {
    return "KUBE-SVC-" + hash(identity(name));
  }

  static String local(ServicePortName name) {
    return "KUBE-SVL-" + hash(identity(name));
  }

  static String external(ServicePortName name) {
    return "KUBE-EXT-" + hash(identity(name));
  }

  static String firewall(ServicePortName name) {
    return "KUBE-FW-" + hash(identity(name));
  }

  static String endpoint(ServicePortName name, Target target) {
    return ENDPOINT + hash(identity(name) + target);
  }

  private static String identity(ServicePortName name) {
    return name.display() + name.protocol().lowerCase();
  }

  /** The first 16 characters of the RFC 4648 base32 of the SHA-256 of the text. */
  static String hash(String text) {
    byte[] digest;
    try {
      digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
    StringBuilder name = new StringBuilder(HASH_LENGTH);
    for (int bit = 0; bit < 5 * HASH_LENGTH; bit += 5) {
      int pair = (digest[bit / 8] & 0xff) << 8 | (digest[bit / 8 + 1] & 0xff);
      name.append(BASE32.charAt(pair >>> (11 - bit % 8) & 31));
    }
    return name.toString();
  }
}
