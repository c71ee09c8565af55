package io.pointsman.nftables;

/**
 * Where the kernel enters a base chain. Priorities as kube-proxy's, so that other components find
 * the same order: source ranges at -110, DNAT at -100, source NAT at 100, filters at 0. Clients are
 * remembered just before anybody's source NAT hides them.
 *
 * @param nat type nat if true, else type filter
 * @param name the hook's name
 * @param number {@code enum nf_inet_hooks} of linux/netfilter.h
 * @param priority lower runs first
 * @param drops the policy: what comes to the chain's end is thrown away; never so in chains of ours
 */
record Hook(boolean nat, String name, int number, int priority, boolean drops) {
  static final Hook NAT_PREROUTING = new Hook(true, "prerouting", 0, -100);
  static final Hook NAT_OUTPUT = new Hook(true, "output", 3, -100);
  static final Hook NAT_POSTROUTING = new Hook(true, "postrouting", 4, 100);
  static final Hook REMEMBER_POSTROUTING = new Hook(true, "postrouting", 4, 99);
  static final Hook REMEMBER_INPUT = new Hook(true, "input", 1, 99);
  static final Hook FIREWALL_PREROUTING = new Hook(false, "prerouting", 0, -110);
  static final Hook FIREWALL_OUTPUT = new Hook(false, "output", 3, -110);
  static final Hook FILTER_INPUT = new Hook(false, "input", 1, 0);
  static final Hook FILTER_FORWARD = new Hook(false, "forward", 2, 0);
  static final Hook FILTER_OUTPUT = new Hook(false, "output", 3, 0);

  Hook(boolean nat, String name, int number, int priority) {
    this(nat, name, number, priority, false);
  }

  String type() {
    return nat ? "nat" : "filter";
  }
}
