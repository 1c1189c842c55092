// Package email asks people for approval by e-mail, with a signed link for each person.
package email

import (
	"context"
	"fmt"
	"mime"
	"net/smtp"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
)

// A Person may decide, and gets mail.
type Person struct {
	ID, Address string
	Groups      []string // those that the policy names
}

// A Mailer has the activity for approval.Options.Notify.
type Mailer struct {
	Server, From string // Server is the address of an SMTP server
	Links        *approvalhttp.Links
	// People returns who is meant by users and groups, from your directory.
	People func(users, groups []string) []Person
}

// Notify sends a link to each person who may decide. Temporal retries it as a whole, so a
// person may get a mail twice: with the same Message-ID and the same link, which decides once.
func (m *Mailer) Notify(_ context.Context, n approval.Notice) error {
	if n.Kind == approval.NoticeClosed || n.Kind == approval.NoticeChanges {
		return nil // these are for the requester
	}
	for _, p := range m.People(n.Users, n.Groups) {
		link := approvalhttp.Link{
			WorkflowID: n.WorkflowID, Gate: n.Gate, Round: n.Round, Digest: n.Digest, Actor: p.ID, Groups: p.Groups, Expires: n.Deadline,
		}
		if n.Deadline.IsZero() { // without a deadline the next reminder brings a new link
			link.Expires = time.Now().Add(7 * 24 * time.Hour)
		}
		url, err := m.Links.URL(link)
		if err != nil {
			return err
		}
		if err := smtp.SendMail(m.Server, nil, m.From, []string{p.Address}, m.message(n, p, url)); err != nil {
			return fmt.Errorf("the mail about gate %q was not sent: %w", n.Gate, err)
		}
	}
	return nil
}

func (m *Mailer) message(n approval.Notice, p Person, url string) []byte {
	return []byte(strings.Join([]string{
		"From: " + m.From,
		"To: " + p.Address,
		"Subject: " + mime.QEncoding.Encode("utf-8", n.Title), // a title cannot add a header
		fmt.Sprintf("Message-ID: <%s.%s@approvals.example.com>", n.Key, p.ID),
		"Content-Type: text/plain; charset=utf-8",
		"",
		fmt.Sprintf("%s asks for your approval, until %s.", n.Requester, n.Deadline.Format(time.RFC1123)),
		"Look at the request and decide here. The link is for you alone:",
		url,
		"",
	}, "\r\n"))
}
