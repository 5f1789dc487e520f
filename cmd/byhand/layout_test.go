package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The map of the house: which package may import which of ours and of other people's. A new arrow is a decision; it is made
// here, in the commit that needs it. Imports point down the path of a byte.
var layout = map[string]struct{ ours, theirs []string }{
	"session":          {},
	"session/text":     {},
	"session/proto":    {ours: []string{"session"}},
	"session/wire":     {ours: []string{"session"}, theirs: []string{"golang.org/x/net"}},
	"session/annotate": {ours: []string{"session", "session/text", "session/proto"}, theirs: []string{"gopkg.in/yaml.v3", "golang.org/x/text"}},
	"session/render":   {ours: []string{"session", "session/text", "session/annotate"}, theirs: []string{"github.com/fatih/color", "github.com/clipperhouse/displaywidth"}},
	"session/shell": {ours: []string{"session", "session/text", "session/proto", "session/render"},
		theirs: []string{"github.com/chzyer/readline", "golang.org/x/term", "golang.org/x/sys", "golang.org/x/text"}}, // terminals that speak GBK
	"session/shell/ptytest": {theirs: []string{"github.com/creack/pty", "github.com/gdamore/tcell/v3"}},
	"session/practice":      {theirs: []string{"gopkg.in/yaml.v3", "golang.org/x/text"}},                                        // voices and worlds are files; some speak GBK
	"transcripts":           {ours: []string{"session", "session/text", "session/proto", "session/annotate", "session/render"}}, // exports are screens of other kinds
	"lessons":               {ours: []string{"session", "session/text", "session/proto", "session/annotate"}, theirs: []string{"gopkg.in/yaml.v3"}},
	"cmd/byhand": {ours: []string{"session", "session/text", "session/proto", "session/wire", "session/annotate", "session/render", "session/shell",
		"session/practice", "transcripts", "lessons"}, theirs: []string{"github.com/spf13/cobra", "golang.org/x/term"}},
}

// doors gives the one file through which a package of other people's comes in, where it is one.
var doors = map[string]string{
	"github.com/fatih/color":               "session/render/style.go",
	"github.com/chzyer/readline":           "session/shell/terminal.go",
	"github.com/clipperhouse/displaywidth": "session/render/width.go",
	"golang.org/x/net/idna":                "session/wire/reach.go",
	"golang.org/x/net/proxy":               "session/wire/proxy.go",
}

// root is the top of the project, seen from this package.
const root = "../.."

// imports gives the import paths of every Go file outside tests, by file.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found[filepath.ToSlash(rel)] = nil
		for _, i := range file.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			found[filepath.ToSlash(rel)] = append(found[filepath.ToSlash(rel)], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestImportsPointDown(t *testing.T) {
	all := imports(t)
	if len(all) < 30 {
		t.Fatalf("only %d Go files found", len(all))
	}
	for file, paths := range all {
		pkg := filepath.ToSlash(filepath.Dir(file))
		allowed, ok := layout[pkg]
		if !ok {
			t.Errorf("%s: package %s is not in the map of the house", file, pkg)
			continue
		}
		for _, p := range paths {
			our, isOurs := strings.CutPrefix(p, "byhand/")
			switch {
			case isOurs && !slices.Contains(allowed.ours, our):
				t.Errorf("%s imports %s: a new arrow", file, p)
			case !isOurs && strings.Contains(strings.Split(p, "/")[0], ".") && !within(p, allowed.theirs):
				t.Errorf("%s imports %s: a new door", file, p)
			}
			if door := doors[p]; door != "" && file != door {
				t.Errorf("%s imports %s: its door is %s", file, p, door)
			}
		}
	}
}

func within(path string, modules []string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return path == m || strings.HasPrefix(path, m+"/") })
}

func TestTheTopLevelHoldsNothingElse(t *testing.T) {
	want := []string{"LICENSE", "README.md", "cmd", "go.mod", "go.sum", "lessons", "session", "transcripts"}
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && e.Name() != "byhand" && e.Name() != "byhand.exe" { // a build's result
			got = append(got, e.Name())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the top level holds %v, want %v", got, want)
	}
}

func TestMainIsThreeLines(t *testing.T) {
	text, err := os.ReadFile("main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, body, found := strings.Cut(string(text), "func main() {\n")
	if !found || strings.Count(body, "\n") > 2 {
		t.Errorf("main holds more than one call:\n%s", body)
	}
}

// TestExportedNamesAreDocumented parses every package: each has a comment, and each exported name in it, methods and fields of
// configuration aside.
func TestExportedNamesAreDocumented(t *testing.T) {
	commented := map[string]bool{}
	for file := range imports(t) {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		pkg := filepath.Dir(file)
		commented[pkg] = commented[pkg] || f.Doc != nil
		for _, d := range f.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no comment", file, name)
			}
		}
	}
	for pkg, ok := range commented {
		if !ok {
			t.Errorf("package %s has no comment", pkg)
		}
	}
}

// undocumented gives the exported names of a declaration that nothing is said of.
func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || exportedType(d.Recv.List[0].Type)) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if d.Doc == nil && s.Doc == nil && s.Name.IsExported() {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if d.Doc == nil && s.Doc == nil && s.Comment == nil && s.Names[0].IsExported() {
					names = append(names, s.Names[0].Name)
				}
			}
		}
	}
	return names
}

func exportedType(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return exportedType(e.X)
	case *ast.IndexExpr:
		return exportedType(e.X)
	case *ast.Ident:
		return e.IsExported()
	}
	return false
}
