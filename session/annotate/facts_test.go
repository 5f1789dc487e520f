package annotate

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"gopkg.in/yaml.v3"
)

// mustExplain are the fields, types, encodings, charsets and ways of transport that a letter may show and that must be explained.
const mustExplain = `From Sender Reply-To To Cc Bcc Subject Date Message-ID In-Reply-To References Comments Keywords Resent-From Resent-To Resent-Date
Resent-Message-ID Resent-Sender Resent-Cc Resent-Bcc Received Return-Path Delivered-To X-Original-To MIME-Version Content-Type
Content-Transfer-Encoding Content-Disposition Content-ID Content-Description Content-Language Content-Location DKIM-Signature
ARC-Authentication-Results ARC-Message-Signature ARC-Seal Authentication-Results Received-SPF List-Id List-Unsubscribe
List-Unsubscribe-Post List-Help List-Subscribe List-Post List-Owner List-Archive Auto-Submitted Precedence
Disposition-Notification-To Return-Receipt-To Importance Priority X-Priority X-MSMail-Priority X-Mailer X-Originating-IP X-Spam-Status
X-Spam-Flag X-Spam-Score X-CM-TRANSID X-Coremail-Antispam X-CM-SenderInfo X-QQ-mid X-QQ-SSF X-QQ-XMAILINFO TLS-Required
Require-Recipient-Valid-Since BIMI-Selector Feedback-ID X-Google-Smtp-Source Reporting-MTA Arrival-Date Original-Recipient
Final-Recipient Action Status Remote-MTA Diagnostic-Code Last-Attempt-Date Will-Retry-Until Reporting-UA Original-Message-ID
Disposition`

var mustExplainKinds = []string{
	"type text/plain", "type text/html", "type multipart/mixed", "type multipart/alternative", "type multipart/related",
	"type multipart/report", "type multipart/digest", "type message/rfc822", "type message/delivery-status",
	"type message/disposition-notification", "type image/*", "type audio/*", "type video/*", "type application/*", "type text/*",
	"type multipart/*", "type message/*", "encoding 7bit", "encoding 8bit", "encoding binary", "encoding quoted-printable",
	"encoding base64", "charset utf-8", "charset us-ascii", "charset gb2312", "charset gbk", "charset gb18030", "charset big5",
	"charset hz-gb-2312", "charset iso-2022-cn", "charset iso-2022-jp", "charset euc-kr", "charset koi8-r", "charset iso-8859-1",
	"charset iso-8859-*", "charset windows-*", "charset unknown", "with SMTP", "with ESMTP", "with ESMTPA", "with ESMTPS",
	"with ESMTPSA", "with LMTP", "with LMTPA", "with LMTPS", "with LMTPSA",
}

func TestEverythingIsExplained(t *testing.T) {
	var f facts
	for _, key := range append(strings.Fields(mustExplain), mustExplainKinds...) {
		if f.find(key) == nil {
			t.Errorf("know/message.yaml: %s is not explained", key)
		}
	}
}

var refForm = regexp.MustCompile(`^RFC \d{3,4}( (§[0-9.]+(, §[0-9.]+)*))?$`)

// TestMessageFile reads the file strictly and looks at each entry: both languages, written in their own script, and a reference of
// the right form.
func TestMessageFile(t *testing.T) {
	dec := yaml.NewDecoder(strings.NewReader(messageYAML))
	dec.KnownFields(true)
	all := map[string]fact{}
	if err := dec.Decode(&all); err != nil {
		t.Fatal(err)
	}
	var f facts
	for key, want := range all {
		got := f.find(key)
		if got == nil || got.T != want.T || got.Ref != want.Ref {
			t.Errorf("%s: the entry alone reads %+v, with the file %+v", key, got, want)
			continue
		}
		for name, s := range map[string]struct{ EN, ZH string }{"": {want.EN, want.ZH}, "by": {want.By.EN, want.By.ZH}, "more": {want.More.EN, want.More.ZH}} {
			if (s.EN == "") != (s.ZH == "") || name == "" && s.EN == "" {
				t.Errorf("%s %s: a language is missing", key, name)
			}
			if name != "by" && s.ZH != "" && !strings.ContainsFunc(s.ZH, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s %s: zh is not Chinese: %s", key, name, s.ZH)
			}
			if strings.ContainsFunc(s.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%s %s: en is not English: %s", key, name, s.EN)
			}
		}
		if want.Ref != "" && !refForm.MatchString(want.Ref) {
			t.Errorf("%s: ref %q", key, want.Ref)
		}
	}
}
