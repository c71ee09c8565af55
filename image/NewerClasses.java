import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites a jar in its place: classes of before Java 6 get the version of Java 8 and the stack maps
 * that it asks for (JVMS 4.7.4), their code stays. The cache of loaded classes takes no older ones
 * (JEP 483), and picocli has nothing else: 0.15 s of processor time at each start. A jar without
 * such classes stays as it is.
 *
 * <p>{@code java NewerClasses.java JAR}
 */
final class NewerClasses {
  private static final int JAVA_6 = 50;
  private static final int JAVA_8 = 52;

  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path newer = Path.of(jar + ".newer");
    int renewed = 0;
    try (ZipFile from = new ZipFile(jar.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(newer))) {
      ClassFile classes = ClassFile.of(ClassHierarchyResolverOption.of(hierarchy(from)));
      for (ZipEntry entry : Collections.list(from.entries())) {
        byte[] bytes = from.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith(".class") && version(bytes) < JAVA_6) {
          bytes = renew(classes, classes.parse(bytes));
          renewed++;
        }
        add(to, entry.getName(), entry, bytes);
      }
      if (renewed > 0) {
        String notice = "Class file versions raised to 52, with stack maps, by Pointsman's build.\n";
        add(to, "META-INF/CHANGED", from.entries().nextElement(), notice.getBytes(StandardCharsets.UTF_8));
      }
    }
    if (renewed > 0) {
      Files.move(newer, jar, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(newer);
    }
  }

  private static int version(byte[] bytes) {
    return (bytes[6] & 0xff) << 8 | bytes[7] & 0xff;
  }

  /** The code is passed on piece by piece: taken over as a whole, it would get no stack maps. */
  private static byte[] renew(ClassFile classes, ClassModel old) {
    return classes.transformClass(
        old,
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
            .andThen(ClassTransform.dropping(element -> element instanceof ClassFileVersion))
            .andThen(ClassTransform.endHandler(end -> end.with(ClassFileVersion.of(JAVA_8, 0)))));
  }

  /** What stack maps need to know of classes: those of the jar, then the JDK's. */
  private static ClassHierarchyResolver hierarchy(ZipFile jar) {
    return ClassHierarchyResolver.ofResourceParsing(name -> {
          ZipEntry entry =
              jar.getEntry(name.packageName().replace('.', '/') + "/" + name.displayName() + ".class");
          try {
            return entry == null ? null : jar.getInputStream(entry);
          } catch (IOException broken) {
            throw new IllegalStateException(jar.getName() + " cannot be read", broken);
          }
        })
        .orElse(ClassHierarchyResolver.defaultResolver());
  }

  private static void add(ZipOutputStream to, String name, ZipEntry like, byte[] bytes)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(like.getTimeLocal());
    to.putNextEntry(entry);
    to.write(bytes);
    to.closeEntry();
  }
}
