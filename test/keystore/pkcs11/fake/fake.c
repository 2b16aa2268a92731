/*
 * A PKCS#11 module that misbehaves on demand. It hands everything to SoftHSM (FAKE_BEHIND) but what the words in the
 * file FAKE_WORDS ask for; the file is read anew at every call, so a test can change its mind between two calls.
 * Tries of the PIN are counted in the file FAKE_TRIES, one byte each, across processes.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pkcs11.h"

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST fake;

static int says(const char *word) {
  char words[512] = "";
  FILE *file = fopen(getenv("FAKE_WORDS"), "r");
  if (file == NULL) return 0;
  words[fread(words, 1, sizeof words - 1, file)] = 0;
  fclose(file);
  return strstr(words, word) != NULL;
}

static long countTries(void) {
  FILE *file = fopen(getenv("FAKE_TRIES"), "r");
  long size = 0;
  if (file == NULL) return 0;
  fseek(file, 0, SEEK_END);
  size = ftell(file);
  fclose(file);
  return size;
}

static void noteTry(int wrong) {
  FILE *file = fopen(getenv("FAKE_TRIES"), wrong ? "a" : "w");
  if (file == NULL) return;
  if (wrong) fputc('x', file);
  fclose(file);
}

static CK_RV getSlotList(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  if (says("removed")) {
    *count = 0;
    return CKR_OK;
  }
  return real->C_GetSlotList(present, slots, count);
}

static CK_RV getTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  CK_RV rv = says("removed") ? CKR_DEVICE_REMOVED : real->C_GetTokenInfo(slot, info);
  if (rv != CKR_OK) return rv;
  if (says("two-alike")) memcpy(info->serialNumber, "SAME            ", 16);
  if (says("escapes")) memcpy(info->label, "\033[2J\342\200\256evil", 11);
  if (says("pinpad")) info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
  if (says("write-protected")) info->flags |= CKF_WRITE_PROTECTED;
  if (says("three-tries")) {
    long tries = countTries();
    info->flags &= ~(CK_FLAGS)(CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED);
    if (tries >= 1) info->flags |= CKF_USER_PIN_COUNT_LOW;
    if (tries == 2) info->flags |= CKF_USER_PIN_FINAL_TRY;
    if (tries >= 3) info->flags |= CKF_USER_PIN_LOCKED;
  }
  return rv;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV rv;
  if (says("chatty")) {
    fprintf(stdout, "PIN %.*s\n", (int)length, pin);
    fprintf(stderr, "PIN %.*s\n", (int)length, pin);
    fflush(stdout);
  }
  if (says("hang-in-login")) sleep(600);
  if (says("three-tries") && countTries() >= 3) return CKR_PIN_LOCKED;
  rv = real->C_Login(session, user, pin, length);
  if (user == CKU_USER) noteTry(rv == CKR_PIN_INCORRECT);
  return rv;
}

static CK_RV generateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR publicTemplate,
                             CK_ULONG publicCount, CK_ATTRIBUTE_PTR privateTemplate, CK_ULONG privateCount,
                             CK_OBJECT_HANDLE_PTR publicKey, CK_OBJECT_HANDLE_PTR privateKey) {
  CK_ULONG i;
  if (says("full")) return CKR_DEVICE_MEMORY;
  for (i = 0; i < publicCount && says("identifiers-only"); i++) {
    if (publicTemplate[i].type == CKA_EC_PARAMS && ((CK_BYTE *)publicTemplate[i].pValue)[0] == 0x13) return 0x140;
  }
  return real->C_GenerateKeyPair(session, mechanism, publicTemplate, publicCount, privateTemplate, privateCount,
                                 publicKey, privateKey);
}

static CK_RV getAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes,
                               CK_ULONG count) {
  CK_BYTE *value = (CK_BYTE *)attributes[0].pValue;
  CK_RV rv;
  if (says("removed")) return CKR_DEVICE_REMOVED;
  if (attributes[0].type == CKA_EC_POINT && says("bare-point")) {
    CK_BYTE wrapped[256];
    CK_ATTRIBUTE whole = {CKA_EC_POINT, wrapped, sizeof wrapped};
    rv = real->C_GetAttributeValue(session, object, &whole, 1);
    if (rv == CKR_OK && value != NULL) memcpy(value, wrapped + 2, whole.ulValueLen - 2);
    attributes[0].ulValueLen = whole.ulValueLen - 2;
    return rv;
  }
  rv = real->C_GetAttributeValue(session, object, attributes, count);
  if (rv != CKR_OK) return rv;
  if (value == NULL) return rv;
  if (attributes[0].type == CKA_EC_POINT && says("other-public-key")) value[attributes[0].ulValueLen - 2] ^= 1;
  if (attributes[0].type == CKA_EC_POINT && says("off-curve")) memset(value + 3, 0x5a, attributes[0].ulValueLen - 3);
  if (attributes[0].type == CKA_LOCAL && says("not-local")) value[0] = CK_FALSE;
  if (attributes[0].type == CKA_EXTRACTABLE && says("extractable")) value[0] = CK_TRUE;
  if (attributes[0].type == CKA_SENSITIVE && says("not-sensitive")) value[0] = CK_FALSE;
  return rv;
}

static CK_RV signInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key) {
  if (says("vendor-code")) return 0x80000042;
  if (says("removed")) return CKR_DEVICE_REMOVED;
  return real->C_SignInit(session, mechanism, key);
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR signature,
                  CK_ULONG_PTR signatureLength) {
  CK_RV rv;
  if (says("crash-in-sign")) raise(SIGSEGV);
  if (says("hang-in-sign")) sleep(600);
  if (says("rubbish-in-channel") && write(3, "\377\017\n{}\n", 6) == 6) sleep(1);
  if (says("flood-in-channel"))
    while (write(3, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 64) > 0) continue;
  rv = real->C_Sign(session, data, length, signature, signatureLength);
  if (rv == CKR_OK && says("bad-signature")) signature[5] ^= 1;
  if (rv == CKR_OK && says("short-signature")) *signatureLength = 10;
  return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  CK_C_GetFunctionList get;
  void *library = dlopen(getenv("FAKE_BEHIND"), RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return CKR_GENERAL_ERROR;
  get = (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
  if (get == NULL || get(&real) != CKR_OK) return CKR_GENERAL_ERROR;
  fake = *real;
  fake.C_GetFunctionList = C_GetFunctionList;
  fake.C_GetSlotList = getSlotList;
  fake.C_GetTokenInfo = getTokenInfo;
  fake.C_Login = login;
  fake.C_GenerateKeyPair = generateKeyPair;
  fake.C_GetAttributeValue = getAttributeValue;
  fake.C_SignInit = signInit;
  fake.C_Sign = sign;
  *list = &fake;
  return CKR_OK;
}
