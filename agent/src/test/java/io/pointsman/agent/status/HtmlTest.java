package io.pointsman.agent.status;

import static io.pointsman.agent.status.Html.element;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void textsAndAttributesAreEscaped() {
    assertThat(
            Html.document(element("p", "<b>\"a\" & 'b'\u0000</b>").with("title", "\"><script>'&")))
        .isEqualTo(
            "<!DOCTYPE html>\n<p title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">"
                + "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;\ufffd&lt;/b&gt;</p>\n");
  }

  @Test
  void voidElementsHaveNoEnd() {
    assertThat(Html.document(element("p", element("input").with("name", "q"))))
        .isEqualTo("<!DOCTYPE html>\n<p><input name=\"q\"></p>\n");
  }
}
