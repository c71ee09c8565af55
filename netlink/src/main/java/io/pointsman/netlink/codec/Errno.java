package io.pointsman.netlink.codec;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An error number of the kernel with its name and a readable text.
 *
 * <p>Numbers are those of {@code asm-generic/errno.h}, which holds on amd64, arm64, ppc64le, s390x
 * and riscv64.
 *
 * @param number positive; 0 is {@link #NONE}
 * @param name such as {@code ENOENT}; {@code errno 1234} for a number without an entry here
 * @param description what the number says, in the words of {@code strerror(3)}
 */
public record Errno(int number, String name, String description) {
  /** No error: an acknowledgement. */
  public static final Errno NONE = new Errno(0, "OK", "Success");

  public static final Errno EPERM = new Errno(1, "EPERM", "Operation not permitted");
  public static final Errno ENOENT = new Errno(2, "ENOENT", "No such file or directory");
  public static final Errno EINTR = new Errno(4, "EINTR", "Interrupted system call");
  public static final Errno EIO = new Errno(5, "EIO", "Input/output error");
  public static final Errno E2BIG = new Errno(7, "E2BIG", "Argument list too long");
  public static final Errno EBADF = new Errno(9, "EBADF", "Bad file descriptor");
  public static final Errno EAGAIN = new Errno(11, "EAGAIN", "Resource temporarily unavailable");
  public static final Errno ENOMEM = new Errno(12, "ENOMEM", "Cannot allocate memory");
  public static final Errno EACCES = new Errno(13, "EACCES", "Permission denied");
  public static final Errno EFAULT = new Errno(14, "EFAULT", "Bad address");
  public static final Errno EBUSY = new Errno(16, "EBUSY", "Device or resource busy");
  public static final Errno EEXIST = new Errno(17, "EEXIST", "File exists");
  public static final Errno ENODEV = new Errno(19, "ENODEV", "No such device");
  public static final Errno EINVAL = new Errno(22, "EINVAL", "Invalid argument");
  public static final Errno ENFILE = new Errno(23, "ENFILE", "Too many open files in system");
  public static final Errno EMFILE = new Errno(24, "EMFILE", "Too many open files");
  public static final Errno ENOSPC = new Errno(28, "ENOSPC", "No space left on device");
  public static final Errno ERANGE = new Errno(34, "ERANGE", "Numerical result out of range");
  public static final Errno ENAMETOOLONG = new Errno(36, "ENAMETOOLONG", "File name too long");
  public static final Errno ELOOP = new Errno(40, "ELOOP", "Too many levels of symbolic links");
  public static final Errno ENODATA = new Errno(61, "ENODATA", "No data available");
  public static final Errno EPROTO = new Errno(71, "EPROTO", "Protocol error");
  public static final Errno EBADMSG = new Errno(74, "EBADMSG", "Bad message");
  public static final Errno EOVERFLOW =
      new Errno(75, "EOVERFLOW", "Value too large for defined data type");

  /** From a batch: the ruleset's generation is not the one that the batch was built for. */
  public static final Errno ERESTART =
      new Errno(85, "ERESTART", "Interrupted system call should be restarted");

  public static final Errno EMSGSIZE = new Errno(90, "EMSGSIZE", "Message too long");
  public static final Errno EPROTONOSUPPORT =
      new Errno(93, "EPROTONOSUPPORT", "Protocol not supported");
  public static final Errno EOPNOTSUPP = new Errno(95, "EOPNOTSUPP", "Operation not supported");
  public static final Errno EAFNOSUPPORT =
      new Errno(97, "EAFNOSUPPORT", "Address family not supported by protocol");
  public static final Errno EADDRINUSE = new Errno(98, "EADDRINUSE", "Address already in use");
  public static final Errno EADDRNOTAVAIL =
      new Errno(99, "EADDRNOTAVAIL", "Cannot assign requested address");

  /** From receiving: messages were lost because the socket's receive buffer was full. */
  public static final Errno ENOBUFS = new Errno(105, "ENOBUFS", "No buffer space available");

  public static final Errno ETIMEDOUT = new Errno(110, "ETIMEDOUT", "Connection timed out");

  private static final Map<Integer, Errno> KNOWN =
      List.of(
              NONE,
              EPERM,
              ENOENT,
              EINTR,
              EIO,
              E2BIG,
              EBADF,
              EAGAIN,
              ENOMEM,
              EACCES,
              EFAULT,
              EBUSY,
              EEXIST,
              ENODEV,
              EINVAL,
              ENFILE,
              EMFILE,
              ENOSPC,
              ERANGE,
              ENAMETOOLONG,
              ELOOP,
              ENODATA,
              EPROTO,
              EBADMSG,
              EOVERFLOW,
              ERESTART,
              EMSGSIZE,
              EPROTONOSUPPORT,
              EOPNOTSUPP,
              EAFNOSUPPORT,
              EADDRINUSE,
              EADDRNOTAVAIL,
              ENOBUFS,
              ETIMEDOUT)
          .stream()
          .collect(Collectors.toUnmodifiableMap(Errno::number, Function.identity()));

  /**
   * The error of a number.
   *
   * @param number as in {@code errno(3)}, not negated
   */
  public static Errno of(int number) {
    Errno known = KNOWN.get(number);
    return known != null ? known : new Errno(number, "errno " + number, "Unknown error " + number);
  }

  /** Name and text, such as {@code ENOENT (No such file or directory)}. */
  @Override
  public String toString() {
    return name + " (" + description + ")";
  }
}
