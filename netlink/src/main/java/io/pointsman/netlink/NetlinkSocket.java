package io.pointsman.netlink;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import io.pointsman.netlink.codec.Errno;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A netlink socket of the kernel. It belongs to the network namespace that the thread which opened
 * it was in, whatever that thread does later.
 *
 * <p>Extended and capped acknowledgements are switched on: an error carries the kernel's words and
 * an offset, and does not repeat the request.
 */
public final class NetlinkSocket implements NetlinkTransport {
  /** {@code NETLINK_ROUTE}: links and addresses. */
  public static final int ROUTE = 0;

  /** {@code NETLINK_NETFILTER}: nf_tables and conntrack. */
  public static final int NETFILTER = 12;

  /** Above the 32 KiB that the kernel fills at most per datagram of a dump; touched as needed. */
  private static final int RECEIVE_CAPACITY = 256 * 1024;

  private static final int SEND_CAPACITY = 64 * 1024;
  private static final int POLL_ENTRY = 8;

  private final int fd;
  private final int wakeUp;
  private final int portId;
  private final Memory sendMemory = new Memory(SEND_CAPACITY);
  private final Memory receiveMemory = new Memory(RECEIVE_CAPACITY);
  private final Memory pollEntries = new Memory(2 * POLL_ENTRY);

  // Calls share the descriptors, close() has them alone: a number that is closed may be reused by
  // another file at once.
  private final ReentrantReadWriteLock descriptors = new ReentrantReadWriteLock();
  private volatile boolean closed;

  private NetlinkSocket(int fd, int wakeUp, int portId) {
    this.fd = fd;
    this.wakeUp = wakeUp;
    this.portId = portId;
    preparePollEntry(0, fd);
    preparePollEntry(POLL_ENTRY, wakeUp);
  }

  /**
   * Loads the native library, which takes about 0.1 s once a process. Opening a socket does it too;
   * this is for doing it beforehand, while something else is being waited for.
   *
   * @throws UnsupportedOperationException if this is not 64-bit Linux
   */
  public static void load() {
    LinuxC.load();
  }

  /**
   * Opens a socket in the calling thread's network namespace.
   *
   * @param protocol {@link #NETFILTER}, {@link #ROUTE} or another {@code NETLINK_*} number
   * @throws UnsupportedOperationException if this is not 64-bit Linux
   */
  public static NetlinkSocket open(int protocol) throws NetlinkException {
    LinuxC.load();
    int fd =
        checked(
            "socket",
            LinuxC.socket(LinuxC.AF_NETLINK, LinuxC.SOCK_RAW | LinuxC.SOCK_CLOEXEC, protocol));
    try {
      setOption(fd, LinuxC.SOL_NETLINK, LinuxC.NETLINK_EXT_ACK, 1);
      setOption(fd, LinuxC.SOL_NETLINK, LinuxC.NETLINK_CAP_ACK, 1);
      int portId = bind(fd);
      int wakeUp = checked("eventfd", LinuxC.eventfd(0, LinuxC.EFD_CLOEXEC | LinuxC.EFD_NONBLOCK));
      return new NetlinkSocket(fd, wakeUp, portId);
    } catch (NetlinkException failure) {
      LinuxC.close(fd);
      throw failure;
    }
  }

  /**
   * Receives the notifications of a multicast group from now on.
   *
   * @param group its number, such as {@code NFNLGRP_NFTABLES}
   */
  public void join(int group) throws IOException {
    Lock shared = acquire();
    try {
      setOption(fd, LinuxC.SOL_NETLINK, LinuxC.NETLINK_ADD_MEMBERSHIP, group);
    } finally {
      shared.unlock();
    }
  }

  @Override
  public void send(byte[] buffer, int length) throws IOException {
    Lock shared = acquire();
    try {
      if (length <= SEND_CAPACITY) {
        sendFrom(sendMemory, buffer, length);
      } else {
        try (Memory large = new Memory(length)) {
          sendFrom(large, buffer, length);
        }
      }
    } finally {
      shared.unlock();
    }
  }

  @Override
  public Optional<byte[]> receive(Duration wait) throws IOException {
    Lock shared = acquire();
    try {
      // Without a wait one system call does.
      if (wait.isPositive() && !awaitDatagram(wait)) {
        return Optional.empty();
      }
      long size =
          LinuxC.recv(fd, receiveMemory, RECEIVE_CAPACITY, LinuxC.MSG_DONTWAIT | LinuxC.MSG_TRUNC);
      if (size < 0) {
        Errno errno = Errno.of(Native.getLastError());
        if (errno.equals(Errno.EAGAIN)) {
          return Optional.empty();
        }
        throw failure("receive", errno);
      }
      if (size > RECEIVE_CAPACITY) {
        throw new NetlinkException(
            "receive",
            Errno.EMSGSIZE,
            "a datagram of %d bytes was cut to %d".formatted(size, RECEIVE_CAPACITY));
      }
      return Optional.of(receiveMemory.getByteArray(0, (int) size));
    } finally {
      shared.unlock();
    }
  }

  @Override
  public int setSendBuffer(int bytes) throws IOException {
    return setBuffer(LinuxC.SO_SNDBUFFORCE, LinuxC.SO_SNDBUF, bytes);
  }

  @Override
  public int setReceiveBuffer(int bytes) throws IOException {
    return setBuffer(LinuxC.SO_RCVBUFFORCE, LinuxC.SO_RCVBUF, bytes);
  }

  @Override
  public int portId() {
    return portId;
  }

  @Override
  public void close() {
    closed = true;
    wakeReceiver();
    Lock exclusive = descriptors.writeLock();
    exclusive.lock();
    try {
      if (sendMemory.valid()) {
        LinuxC.close(fd);
        LinuxC.close(wakeUp);
        sendMemory.close();
        receiveMemory.close();
        pollEntries.close();
      }
    } finally {
      exclusive.unlock();
    }
  }

  /** Takes the right to use the descriptors. */
  private Lock acquire() throws ClosedChannelException {
    Lock shared = descriptors.readLock();
    shared.lock();
    if (closed) {
      shared.unlock();
      throw new ClosedChannelException();
    }
    return shared;
  }

  private void wakeReceiver() {
    Lock shared = descriptors.readLock();
    shared.lock();
    try (Memory one = new Memory(Long.BYTES)) {
      if (sendMemory.valid()) {
        one.setLong(0, 1);
        // It can only fail when the counter is at its limit, and then the receiver is awake.
        LinuxC.write(wakeUp, one, Long.BYTES);
      }
    } finally {
      shared.unlock();
    }
  }

  private boolean awaitDatagram(Duration wait) throws IOException {
    long millis = wait.plusNanos(999_999).toMillis();
    int ready = LinuxC.poll(pollEntries, 2, (int) Math.min(millis, Integer.MAX_VALUE));
    if (ready < 0) {
      throw failure("poll", Errno.of(Native.getLastError()));
    }
    if (closed) {
      throw new ClosedChannelException();
    }
    return ready > 0;
  }

  private void sendFrom(Memory memory, byte[] buffer, int length) throws NetlinkException {
    memory.write(0, buffer, 0, length);
    if (LinuxC.send(fd, memory, length, 0) < 0) {
      throw failure("send", Errno.of(Native.getLastError()));
    }
  }

  /** Past the limits of {@code net.core.[rw]mem_max} with CAP_NET_ADMIN, up to them without. */
  private int setBuffer(int forced, int plain, int bytes) throws IOException {
    Lock shared = acquire();
    try (Memory value = new Memory(Integer.BYTES);
        Memory length = new Memory(Integer.BYTES)) {
      value.setInt(0, bytes);
      if (LinuxC.setsockopt(fd, LinuxC.SOL_SOCKET, forced, value, Integer.BYTES) < 0) {
        setOption(fd, LinuxC.SOL_SOCKET, plain, bytes);
      }
      length.setInt(0, Integer.BYTES);
      checked("getsockopt", LinuxC.getsockopt(fd, LinuxC.SOL_SOCKET, plain, value, length));
      return value.getInt(0);
    } finally {
      shared.unlock();
    }
  }

  private void preparePollEntry(int at, int descriptor) {
    pollEntries.setInt(at, descriptor);
    pollEntries.setShort(at + 4, (short) LinuxC.POLLIN);
    pollEntries.setShort(at + 6, (short) 0);
  }

  /** Port id 0 lets the kernel choose; returns its choice ({@code struct sockaddr_nl}). */
  private static int bind(int fd) throws NetlinkException {
    int size = 12;
    try (Memory address = new Memory(size);
        Memory length = new Memory(Integer.BYTES)) {
      address.clear();
      address.setShort(0, (short) LinuxC.AF_NETLINK);
      checked("bind", LinuxC.bind(fd, address, size));
      length.setInt(0, size);
      checked("getsockname", LinuxC.getsockname(fd, address, length));
      return address.getInt(4);
    }
  }

  private static void setOption(int fd, int level, int option, int value) throws NetlinkException {
    try (Memory memory = new Memory(Integer.BYTES)) {
      memory.setInt(0, value);
      checked("setsockopt", LinuxC.setsockopt(fd, level, option, memory, Integer.BYTES));
    }
  }

  private static int checked(String operation, int result) throws NetlinkException {
    if (result < 0) {
      throw failure(operation, Errno.of(Native.getLastError()));
    }
    return result;
  }

  private static NetlinkException failure(String operation, Errno errno) {
    return new NetlinkException(operation, errno, NetlinkException.advice(errno));
  }
}
