package io.pointsman.iptables;

import io.pointsman.model.ObjectName;
import io.pointsman.plan.Destination;

/** What happens to packets for one destination: the whole rule, and the Service that wants it. */
record Way(Destination destination, Rule rule, ObjectName owner) {}
