package io.pointsman.netlink.route;

import java.net.InetAddress;

/**
 * An address of an interface.
 *
 * @param interfaceIndex the interface's number, positive
 * @param interfaceName the interface's name; empty if it went away while reading
 * @param address the node's own address, on a point-to-point link too
 * @param prefixLength bits of the subnet: 0 to 32 or 128
 * @param scope {@link #SCOPE_UNIVERSE}, {@link #SCOPE_LINK}, {@link #SCOPE_HOST} or another {@code
 *     RT_SCOPE_*}
 * @param flags {@code IFA_F_*}, such as {@link #FLAG_TENTATIVE}
 */
public record InterfaceAddress(
    int interfaceIndex,
    String interfaceName,
    InetAddress address,
    int prefixLength,
    int scope,
    int flags) {
  /** Valid everywhere ({@code RT_SCOPE_UNIVERSE}). */
  public static final int SCOPE_UNIVERSE = 0;

  /** Valid on the link ({@code RT_SCOPE_LINK}). */
  public static final int SCOPE_LINK = 253;

  /** Valid on this host, as loopback addresses are ({@code RT_SCOPE_HOST}). */
  public static final int SCOPE_HOST = 254;

  /** Duplicate address detection found another owner ({@code IFA_F_DADFAILED}). */
  public static final int FLAG_DUPLICATE = 0x08;

  /** Not to be used for new connections any more ({@code IFA_F_DEPRECATED}). */
  public static final int FLAG_DEPRECATED = 0x20;

  /** Not usable yet ({@code IFA_F_TENTATIVE}). */
  public static final int FLAG_TENTATIVE = 0x40;

  /** Whether all bits of {@code flag} are set. */
  public boolean has(int flag) {
    return (flags & flag) == flag;
  }
}
