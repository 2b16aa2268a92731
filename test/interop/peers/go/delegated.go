package main

import (
	"errors"
	"fmt"

	"github.com/theupdateframework/go-tuf/v2/metadata"
)

type delegatedRequest struct {
	header
	Root      []byte     `json:"root"`
	Documents []document `json:"documents"`
}

func (request delegatedRequest) check() error {
	if request.Documents == nil {
		return errors.New("the documents are missing")
	}
	return errors.Join(checkBytes(request.Root), checkOrder(request.Documents))
}

// document is metadata of the role Name, to be verified by the role Delegator.
type document struct {
	Name      string `json:"name"`
	Delegator string `json:"delegator"`
	Bytes     []byte `json:"bytes"`
}

// checkOrder finds documents that do not come after their delegators, or are missing themselves.
func checkOrder(documents []document) error {
	known := map[string]bool{metadata.ROOT: true}
	for _, document := range documents {
		if !known[document.Delegator] {
			return fmt.Errorf("%q comes before its delegator %q", document.Name, document.Delegator)
		}
		if err := checkBytes(document.Bytes); err != nil {
			return err
		}
		known[document.Name] = true
	}
	return nil
}

// role is parsed metadata of any type.
type role interface {
	VerifyDelegate(name string, document any) error
}

// verdict is what became of a document: its metadata, or why it was refused.
type verdict struct {
	role    role
	refusal error
}

// delegated answers for each document whether it was accepted.
func delegated(request delegatedRequest) any {
	steps := make([]step, len(request.Documents))
	for i, err := range verifyDelegated(parseRoot(request.Root), request.Documents) {
		steps[i] = stepOf(err)
	}
	return stepsAnswer{steps}
}

// verifyDelegated has each document verified by its delegator. It returns an error for each document, nil where it was
// accepted. The refusal of a delegator is that of its documents too.
func verifyDelegated(root verdict, documents []document) []error {
	refusals := make([]error, len(documents))
	verdicts := map[string]verdict{metadata.ROOT: root}
	for i, document := range documents {
		var parsed role
		refusals[i] = attempt(func() (err error) {
			delegator := verdicts[document.Delegator]
			if delegator.refusal != nil {
				return delegator.refusal
			}
			if parsed, err = parse(document); err != nil {
				return err
			}
			return delegator.role.VerifyDelegate(document.Name, parsed)
		})
		verdicts[document.Name] = verdict{parsed, refusals[i]}
	}
	return refusals
}

// parseRoot reads the root, which is trusted as it is.
func parseRoot(root []byte) (result verdict) {
	result.refusal = attempt(func() (err error) {
		result.role, err = metadata.Root().FromBytes(root)
		return err
	})
	return result
}

// parse reads a document as metadata of the type that its role has.
func parse(document document) (role, error) {
	if document.Delegator == metadata.ROOT {
		switch document.Name {
		case metadata.ROOT:
			return metadata.Root().FromBytes(document.Bytes)
		case metadata.TIMESTAMP:
			return metadata.Timestamp().FromBytes(document.Bytes)
		case metadata.SNAPSHOT:
			return metadata.Snapshot().FromBytes(document.Bytes)
		}
	}
	return metadata.Targets().FromBytes(document.Bytes)
}
