package io.pointsman;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The core decides and does nothing: no files, sockets, processes, clocks, chance or clients. */
@AnalyzeClasses(packages = "io.pointsman", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreIsPureTest {
  @ArchTest
  static final ArchRule HAS_NO_EFFECTS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.io..",
              "java.nio.channels..",
              "java.nio.file..",
              "java.net.http..",
              "io.fabric8..",
              "com.sun.jna..",
              "jnr..")
          .orShould()
          .dependOnClassesThat()
          .belongToAnyOf(
              java.net.Socket.class,
              java.net.DatagramSocket.class,
              ProcessBuilder.class,
              java.util.Random.class,
              java.time.Clock.class);

  @ArchTest
  static final ArchRule ASKS_NO_CLOCK =
      noClasses()
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "getenv", String.class);

  @ArchTest
  static final ArchRule ONLY_THE_LOOP_KNOWS_KERNELS =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.pointsman.reconcile..", "io.pointsman.dataplane..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.pointsman.dataplane..");
}
