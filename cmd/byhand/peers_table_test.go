package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// peersTable is what people expect of a tool that speaks to mail servers, and which of telnet, nc, ncat, openssl s_client, gnutls-cli,
// socat, rlwrap, swaks and curl does not do. Behind each row stand the tests that show that byhand does it.
var peersTable = []struct{ can, tests string }{
	{"Enter sends CRLF, in the same segment as the line", "TestBytesPassInOrder TestAnyLineReachesTheServer TestServerClosesWhileTyping"},
	{"editing and history", "TestEdit TestHistory TestKeys"},
	{"completion of verbs by state", "TestCompletionFollowsTheState"},
	{"any line can be sent", "TestAnyLineReachesTheServer"},
	{"STARTTLS typed by hand, and the session goes on", "TestStartTLSInPlace TestPeersLogIn"},
	{"the certificate is verified and explained", "TestImplicitTLSRefusesAWrongName TestInsecureTellsWhatIsWrong TestCertificateInWords"},
	{"334 is decoded", "TestChallenge"},
	{"Base64 is made, and shown", "TestBase64Helpers"},
	{"a password is hidden while it is typed", "TestPasswordIsNotSeenWhileTyped"},
	{"no password in a log or a history", "TestNoPasswordOnDisk TestHistoryNeverHoldsASecret"},
	{"a transcript with directions", "TestSessionsAreKept TestWriter"},
	{"replay, annotation, lesson", "TestLiveAndReplayLookTheSame TestTutorial TestLessonWithAPersonAtTheKeyboard"},
	{"errors are explained", "TestEachMistakeInOtherWords TestDialErrorsNameTheirCause"},
	{"GBK, encoded words and Base64 bodies are decoded", "TestMojibake TestCharsetOfBodies TestEncodedWords"},
	{"text of the server while half a line is typed: drawn anew", "TestServerTalksWhileTyping"},
	{"the server closes while one types: byhand's own prompt, the line kept", "TestServerClosesWhileTyping"},
	{"OSC, CSI, OSC 52, C1 of the server are shown and never passed on", "TestHostileServers TestNothingPasses"},
	{"0xFF of the server is shown", "TestHostileServers"},
	{"bytes of GBK are sent as they are typed", "TestScreens TestAnyLineReachesTheServer"},
	{"a line over 4095 bytes goes out whole", "TestLongLine TestAnyLineReachesTheServer"},
	{"a line of 10 MB passes in bounded memory", "TestALineOfTenMegabytes TestLongLineIsCutAndCarriedOn"},
	{"output in a pipe is exact", "TestAnyLineReachesTheServer"},
	{"Ctrl-C cancels what waits", "TestSendToAServerThatDoesNotRead TestProgram"},
	{"a refused connection is clear, with what to check", "TestDialErrorsNameTheirCause"},
	{"an IPv6 literal", "TestAddressesAreTriedInOrder"},
}

// TestEachRowOfThePeersTableIsShown wants every test of the table to exist: who renames or drops one sees what it was for.
func TestEachRowOfThePeersTableIsShown(t *testing.T) {
	there := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				there[f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range peersTable {
		for _, name := range strings.Fields(row.tests) {
			if !there[name] {
				t.Errorf("%s: there is no %s", row.can, name)
			}
		}
	}
	if len(peersTable) != 25 {
		t.Errorf("%d rows", len(peersTable))
	}
	if _, err := os.Stat("../../go.mod"); err != nil {
		t.Error("the tests of the whole module were not looked at")
	}
}
