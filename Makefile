# Pointsman: 'make demo' shows it at work, 'make test' proves it. Both need root and JDK 25.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MVN := mvn
PACKAGES := nftables iptables iproute2 conntrack containernetworking-plugins
# What the course's rows on DNS and Ingress start in places of the lab (docs/decisions/0026-servers-of-the-lab.md).
test: PACKAGES += knot knot-dnsutils nginx openssl curl
image image-test echo-image e2e-kind: PACKAGES += umoci runc unzip
faults: PACKAGES += faketime

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

# Services of packages are not started now: the lab starts its own. 101 is invoke-rc.d's "forbidden by policy".
.PHONY: packages
packages:
	@missing=""; for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" != 0 ]; then echo "make: missing Debian packages:$$missing; install them as root" >&2; exit 2; fi; \
	  echo "Installing Debian packages:$$missing"; \
	  rc=/usr/sbin/policy-rc.d; if [ ! -e $$rc ]; then \
	    trap "rm -f $$rc" EXIT; trap 'exit 2' HUP INT TERM; printf '#!/bin/sh\nexit 101\n' >$$rc; chmod 755 $$rc; fi; \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$missing >/dev/null; \
	fi

.PHONY: build
build: ## compile and package without tests
	$(MVN) -q package -DskipTests

.PHONY: aot
aot: packages build ## let the agent work once and keep its loaded classes: it then starts in half the time
	@. bin/find-jdk && "$$(find_jdk)/bin/java" image/NewerClasses.java agent/target/lib/picocli-[0-9]*.jar
	@mkdir -p agent/target/native && cd agent/target/native && . ../../../bin/find-jdk && \
	  "$$(find_jdk)/bin/jar" xf ../lib/jna-5*.jar com/sun/jna/linux-x86-64 com/sun/jna/linux-aarch64 && \
	  mv com/sun/jna/linux-$$(uname -m | tr _ -)/libjnidispatch.so . && rm -r com
	@POINTSMAN_TRAIN=1 POINTSMAN_MAIN=io.pointsman.benchmarks.Training bin/pointsman-bench

.PHONY: test
test: packages ## build and run all tests
	$(MVN) verify

# The timeout of a test is that of one input; JUnit would take it for that of all.
.PHONY: fuzz
fuzz: packages ## throw bytes at all that parses, 3 seconds each; SECONDS=600 for longer
	JAZZER_FUZZ=1 JAZZER_INSTRUMENT='io.pointsman.**' $(if $(SECONDS),JAZZER_MAX_DURATION=$(SECONDS)s) \
	  $(MVN) -q test -am -pl netlink,nftables-backend,iptables-backend,kubernetes-source,agent \
	  -Dtest='*FuzzTest' -Dsurefire.failIfNoSpecifiedTests=false -DreuseForks=false \
	  -Djunit.jupiter.execution.timeout.mode=disabled

.PHONY: faults
faults: packages ## SIGKILL at 50 moments, take-over, troubled tools and servers, under load; half an hour
	$(MVN) -q verify -pl lab -am -Dpointsman.faults=true -Dtest='io.pointsman.lab.fault.*Test,TakeOverTest' \
	  -Dsurefire.failIfNoSpecifiedTests=false

.PHONY: demo
demo: packages build ## Services at work in network namespaces, in both modes
	@bin/pointsman-lab demo

.PHONY: lab
lab: PACKAGES += knot knot-dnsutils nginx openssl curl
lab: packages build ## a cluster of three nodes in the background; 'bin/pointsman-lab down' ends it
	@bin/pointsman-lab up docs/lab/cluster.yaml

.PHONY: image
image: packages ## the container image, an OCI archive in image/target
	$(MVN) -q package -DskipTests org.cyclonedx:cyclonedx-maven-plugin:makeBom
	@image/build

.PHONY: image-test
image-test: image ## run the image as the manifests say, with real packets
	POINTSMAN_IMAGE=$$(ls $(CURDIR)/image/target/pointsman-[0-9]*-$$(dpkg --print-architecture).oci.tar) \
	  $(MVN) -q verify -pl lab -am -Dtest='Image*IT' -Dsurefire.failIfNoSpecifiedTests=false

.PHONY: echo-image
echo-image: packages build ## the image of the end-to-end tests' pods
	@image/build-echo

E2E := $(MVN) -q verify -pl e2e -am -Dtest='io.pointsman.e2e.*Test' -Dsurefire.failIfNoSpecifiedTests=false

.PHONY: e2e-lab
e2e-lab: packages ## the end-to-end tests in the lab, in both modes
	$(E2E) -Dpointsman.e2e.cluster=nftables
	$(E2E) -Dpointsman.e2e.cluster=iptables

.PHONY: e2e-cluster
e2e-cluster: ## the end-to-end tests in the cluster of KUBECONFIG, whose nodes have POINTSMAN_ECHO_IMAGE
	$(E2E) -Dpointsman.e2e.cluster=kubeconfig

.PHONY: e2e-kind
e2e-kind: image echo-image ## the same in kind; CLUSTER=nftables|ipv6|dual-stack MODE=nftables|iptables
	@e2e/kind $(or $(CLUSTER),nftables) $(or $(MODE),nftables)

.PHONY: bench
bench: aot ## figures beside the peer's, up to 10,000 Services; a few minutes
	@bin/pointsman-bench

.PHONY: bench-full
bench-full: aot ## the same up to 100,000 Services; hours
	@bin/pointsman-bench --full --output benchmarks/target/figures.md

.PHONY: bench-jmh
bench-jmh: build ## the pure stages by themselves, with JMH
	@POINTSMAN_MAIN=org.openjdk.jmh.Main bin/pointsman-bench $(JMH)

.PHONY: format
format: ## lay out the sources
	@. bin/find-jdk && JAVA_HOME=$$(find_jdk) $(MVN) -q spotless:apply

.PHONY: check-format
check-format: ## fail if the sources are not laid out
	@. bin/find-jdk && JAVA_HOME=$$(find_jdk) $(MVN) -q spotless:check

.PHONY: clean
clean: ## remove everything built
	$(MVN) -q clean
