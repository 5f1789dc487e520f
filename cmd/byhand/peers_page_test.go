//go:build peers

package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// axeVersion is the release of axe-core (https://github.com/dequelabs/axe-core) that judges the page.
const axeVersion = "4.14.1"

// TestPeersPage opens pages in Chromium: keys do what they say, nothing is fetched, nothing of the wire runs, and axe-core
// finds nothing that keeps people out.
func TestPeersPage(t *testing.T) {
	b := build(t)
	axe := fetchAxe(t)
	sample := b.page(t, "smtp-163")
	hostile := b.page(t, "../../transcripts/testdata/hostile.dialog.txt")
	c := startChrome(t)

	t.Run("keys", func(t *testing.T) {
		p := c.tab(t, 1200)
		p.open(sample)
		now := func(id string) { t.Helper(); p.until(`document.querySelector(".now")?.id === "` + id + `"`) }
		p.press("g")
		now("e1")
		p.press(".")
		now("e2")
		p.press("ArrowRight", "Enter", ",", "ArrowLeft")
		now("e2")
		p.press("n")
		now("e4")
		p.press("n", "p")
		now("e4")
		p.press("]")
		now("e8")
		p.press("x")
		p.until(`document.querySelector(".now > .hexdump")?.textContent.startsWith("0000  41 55 54 48 20 4c 4f 47 49 4e 0d 0a")`)
		p.press(".", "b")
		p.until(`document.querySelector(".now > .decoded")?.textContent === "dXNlcm5hbWU6 = username:"`)
		p.press("G")
		p.until(`document.querySelector(".now") === [...document.querySelectorAll("main ol > li")].at(-1)`)
		p.press("0", "/")
		p.press(strings.Split("typed this by", "")...)
		p.press("Enter")
		p.until(`document.querySelector(".now code")?.textContent === "I typed this by hand."`)
		p.press(":", "9", "Enter")
		now("e9")
		p.press("a")
		p.until(`document.getElementById("brief").checked`)
		p.press("h")
		p.until(`document.getElementById("help").open`)
		p.press("h")
		p.until(`!document.getElementById("help").open && document.activeElement === document.body`)
		p.press("g", "=", " ", " ") // played and paused: the rest is still to come
		p.until(`document.querySelectorAll("main ol > li.future").length > 5 && document.getElementById("play").innerText.includes("Play")`)
		p.press("+", "+", "+", "+", "+", "+", " ") // at 64 times the speed to the end
		p.until(`document.querySelector(".now") === [...document.querySelectorAll("main ol > li")].at(-1) && document.querySelectorAll(".future").length === 0`)
		p.press("g", " ", "q")
		p.until(`document.querySelectorAll(".future").length === 0 && document.getElementById("play").innerText.includes("Play")`)
		p.eval(`document.getElementById("zh").click()`, nil)
		p.until(`document.documentElement.lang === "zh" && document.body.innerText.includes("每条回答都以三位数字开头") && !document.body.innerText.includes("Every reply begins")`)
		p.quiet(sample)
	})
	t.Run("still", func(t *testing.T) { // nothing moves for those who asked for that: play is a step
		p := c.tab(t, 1200, tabFeature{"prefers-reduced-motion", "reduce"})
		p.open(sample + "#e8")
		p.until(`document.querySelector(".now")?.id === "e8"`)
		p.press(" ")
		p.until(`document.querySelector(".now")?.id === "e9"`)
		p.press(" ")
		p.until(`document.querySelector(".now")?.id === "e11" && document.querySelectorAll("main ol > li.future").length > 0`)
		p.quiet(sample)
	})
	t.Run("no script", func(t *testing.T) {
		p := c.tab(t, 800)
		p.call(p.session, "Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
		p.open(sample)
		var seen string
		p.eval(`getComputedStyle(document.getElementById("player")).display + getComputedStyle(document.querySelector("main [lang=zh]")).display`, &seen)
		if seen != "nonenone" {
			t.Errorf("player and second language: %s", seen)
		}
		p.quiet(sample)
	})
	t.Run("hostile", func(t *testing.T) {
		p := c.tab(t, 1200)
		p.open(hostile)
		p.press("g")
		for range 30 { // every line is looked at from all sides
			p.press("x", "b", ".")
		}
		var scripts int
		p.eval(`document.querySelectorAll("script, img, svg, iframe, [onload], [onerror], a[href^=javascript]").length`, &scripts)
		if scripts != 1 {
			t.Errorf("%d elements that act, want the page's script alone", scripts)
		}
		p.quiet(hostile)
	})
	t.Run("axe", func(t *testing.T) {
		for _, page := range []string{sample, hostile} {
			for scheme, width := range map[string]int{"light": 1200, "dark": 390} {
				p := c.tab(t, width, tabFeature{"prefers-color-scheme", scheme})
				p.call(p.session, "Page.setBypassCSP", map[string]any{"enabled": true}, nil) // or axe could not run
				p.open(page + "?lang=zh")
				p.eval(axe, nil)
				var found []string
				p.eval(`axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes[0].html))`, &found)
				for _, v := range found {
					t.Errorf("%s, %d wide, %s: %.300s", filepath.Base(page), width, scheme, v)
				}
			}
		}
	})
}

// page writes a transcript as a page and gives its address.
func (b *byhand) page(t *testing.T, in string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "page.html")
	cmd := exec.Command(b.bin, "convert", in, out)
	cmd.Env = b.env
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("convert %s: %v\n%s", in, err, said)
	}
	return "file://" + out
}

// fetchAxe gives the text of axe-core, from npm.
func fetchAxe(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(deadline(t), "npm", "install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "axe-core@"+axeVersion)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm: %v\n%s", err, said)
	}
	text, err := os.ReadFile(filepath.Join(dir, "node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
