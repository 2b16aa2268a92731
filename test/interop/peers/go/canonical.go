package main

import (
	"encoding/json"
	"errors"

	"github.com/secure-systems-lab/go-securesystemslib/cjson"
)

type canonicalRequest struct {
	header
	Documents [][]byte `json:"documents"`
}

func (request canonicalRequest) check() error {
	if request.Documents == nil {
		return errors.New("the documents are missing")
	}
	return checkBytes(request.Documents...)
}

type canonicalAnswer struct {
	Results [][]byte `json:"results"`
}

// canonical encodes each document; the result of a refused one is nil, which becomes null.
func canonical(request canonicalRequest) any {
	results := make([][]byte, len(request.Documents))
	for i, document := range request.Documents {
		_ = attempt(func() (err error) {
			results[i], err = encodeCanonical(document)
			return err
		})
	}
	return canonicalAnswer{results}
}

// encodeCanonical does what go-tuf does to members it has no field for: they are decoded as any value is, so that
// numbers become float64, and then encoded for signing together with the rest.
func encodeCanonical(document []byte) ([]byte, error) {
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		return nil, err
	}
	return cjson.EncodeCanonical(value)
}
