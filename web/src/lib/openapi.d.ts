// Generated from crates/api/openapi.json: `npm run types` in web/ writes it anew.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /**
     * @description Token of an invitation and, for a new person, account data. For an invitation without an address, a new person gives
     *     only the e-mail address.
     */
    Acceptance: {
      /**
       * @description E-mail address of a new account. Callers without a session create an account: address, name and password are
       *     then required.
       */
      email?: string | null;
      name?: string | null;
      /**
       * Format: password
       * @description Password of the new account, 8 to 256 characters.
       */
      password?: string | null;
      /** @description Token at the end of the link. */
      token: string;
    };
    /** @description Confirmation of the erasure. */
    AccountErasure: {
      /**
       * Format: email
       * @description E-mail address of the person.
       */
      confirm: string;
    };
    /** @description One entry of an actions assertion. */
    Action: {
      /** @description For example `c2pa.created`. */
      action: string;
      /** @description Free text of the action or its parameters. */
      description?: string | null;
      /** @description URI, verbatim. */
      digitalSourceType?: string | null;
      /** @description Parameters other than ingredients and description, verbatim. */
      parameters?: {
        [key: string]: unknown;
      };
      /**
       * @description Software that performed the action. A toolkit is not the AI system, so this is never taken from the claim
       *     generator.
       */
      softwareAgent?: components['schemas']['Software'] | null;
      /** @description Stated time of the action. */
      when?: string | null;
    };
    /** @description Change in the workspace. */
    AdminEventInfo: {
      /** @example key.created */
      action: string;
      actorId: string;
      /**
       * @description Type of the actor: `user`, `key`, `client` or `system`.
       * @example user
       */
      actorKind: string;
      /** Format: date-time */
      createdAt: string;
      /** @description Action-specific fields. */
      detail: Record<string, never>;
      /** @description ID, `adm_…`. IDs sort by time. */
      id: string;
      /** @description Network of the caller. Null if it is unknown or was erased. */
      network?: string | null;
      /** @description Value of `X-Request-Id`. Empty for background jobs. */
      requestId: string;
      /** @description ID of the changed object. */
      subject: string;
    };
    /** @description Evidence for and against AI, before any rule is applied. */
    AiClaim: {
      /** @description Whether an answer says yes, regardless of the statements of the file. */
      asserted: boolean;
      /** @description Pairs of statements that cannot both be true. */
      contradictions?: components['schemas']['Contradiction'][];
      /** @description The statements, strongest first. */
      evidence: components['schemas']['Citation'][];
      /** @description The overall result. */
      state: components['schemas']['AiClaimState'];
    };
    /** @description Whether any statement says that AI made or altered the content. */
    AiClaimState: 'none' | 'possible' | 'claimed';
    /** @description Kind of field that holds a label. */
    AigcCarrier:
      | 'xmp'
      | 'xmpOther'
      | 'exifUserComment'
      | 'exifOther'
      | 'pngText'
      | 'jpegSegment'
      | 'gifComment'
      | 'mp4'
      | 'id3'
      | 'riffInfo'
      | 'riffChunk'
      | 'vorbisComment'
      | 'matroskaTag'
      | 'pdfInfo'
      | 'flv'
      | 'documentProperty'
      | 'frontMatter'
      | 'other';
    /** @description The seven values; numbers and booleans are kept as text, see [`AigcSite::non_string_keys`]. */
    AigcLabel: {
      /** @description `ContentProducer`: name or code of the provider of the generation service. */
      contentProducer: string | null;
      /** @description `ContentPropagator`: name or code of the provider of the distribution service. */
      contentPropagator: string | null;
      /** @description `Label`. */
      label: string | null;
      /** @description `ProduceID`: the provider's number for the content. */
      produceId: string | null;
      /** @description `PropagateID`: number of the content at the distribution service. */
      propagateId: string | null;
      /** @description `ReservedCode1`: reserved for the provider, for integrity. */
      reservedCode1: string | null;
      /** @description `ReservedCode2`: reserved for the distribution service, for integrity. */
      reservedCode2: string | null;
    };
    /** @description Meaning of `Label` (Annex E c). */
    AigcMeaning: 'is' | 'mayBe' | 'suspected';
    /** @description Shape of a label's value. */
    AigcShape: 'bare' | 'wrapped' | 'doubleEncoded' | 'nonStandard' | 'notJson';
    /** @description Place that contains an AIGC label, or an attempt at one. */
    AigcSite: {
      /** @description Kind of field. */
      carrier: components['schemas']['AigcCarrier'];
      /** @description Values with characters outside Annex E j). */
      charsetViolations: components['schemas']['CharsetViolation'][];
      /** @description Name of the field as written: XMP path, keyword, frame. */
      field: string;
      /** @description The seven values; `None` when no JSON object was found. */
      label: components['schemas']['AigcLabel'] | null;
      /** @description Place of the label. */
      location: components['schemas']['Location'];
      /** @description Meaning of `Label`; `None` for any other value. */
      meaning: components['schemas']['AigcMeaning'] | null;
      /** @description Missing keys of Annex E, in the order of the annex. */
      missingKeys: string[];
      /** @description Keys of Annex E whose value is not a JSON string. */
      nonStringKeys: string[];
      /** @description Structure of `ContentProducer`. */
      producerCode: components['schemas']['CodeCheck'];
      /** @description Structure of `ContentPropagator`. */
      propagatorCode: components['schemas']['CodeCheck'];
      /** @description Value of the field, cut to 16 KiB. */
      raw: string;
      /** @description Keys that occur more than once. The first value counts. */
      repeatedKeys: string[];
      /** @description Shape of the value. */
      shape: components['schemas']['AigcShape'];
      /** @description Whether a TC260 guide gives this place for the format. */
      standardPlace: boolean;
      /** @description Keys that are not in Annex E. */
      unknownKeys: string[];
    };
    /** @description How AI was involved in the content. */
    AiInvolvement: 'created' | 'altered' | 'unknown';
    /** @description Answer to a question. */
    Answer: 'yes' | 'no' | 'unknown';
    /** @description A digital source type outside actions. */
    AssertedSourceType: {
      /** @description Label of the assertion. */
      assertion: string;
      /** @description Value, verbatim. */
      value: string;
    };
    /** @description A labelling event. */
    Asset: {
      /**
       * @description Labels of the assertions in the manifest. Present only in the response for a single event.
       * @example [
       *       "c2pa.actions.v2",
       *       "c2pa.training-mining"
       *     ]
       */
      assertions?: string[] | null;
      /**
       * Format: date-time
       * @description Time of labelling.
       * @example 2026-05-16T10:30:00.000Z
       */
      createdAt: string;
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType: string;
      /** @description Whether the manifest reserves the content from AI training and data mining ("do not train"). */
      dntEnabled: boolean;
      /**
       * @description File name from the options of the request.
       * @example photo.jpg
       */
      filename: string;
      /**
       * @description ID of the event. IDs sort by time.
       * @example evt_01k6z3t8q4x5v9n2b7c0d1e8f6
       */
      id: string;
      /**
       * @description Media type of the file.
       * @example image/jpeg
       */
      mime: string;
      /** @description Type of media. */
      modality: components['schemas']['ModalityName'];
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset: string;
      /** @description SHA-256 of the received file, lower-case hexadecimal. */
      sha256Input: string;
      /** @description SHA-256 of the returned file, lower-case hexadecimal. */
      sha256Output: string;
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      signerFingerprint: string;
      /**
       * Format: int64
       * @description Size of the returned file in bytes.
       * @example 2048576
       */
      sizeBytes: number;
      /** @description Whether the image has a visible label. */
      visibleOverlay: boolean;
    };
    /** @description Form of a look-up by content. */
    AssetForm: {
      /**
       * Format: binary
       * @description Image: JPEG, PNG, WebP, GIF or TIFF, at most 8 MB (8,000,000 bytes) and 2.5 million pixels.
       */
      file: string;
    };
    /** @description A page of labelling events. */
    AssetPage: {
      /** @description Events, newest first. */
      data: components['schemas']['Asset'][];
      /** @description Cursor of the next page, for the `cursor` parameter. Null on the last page. */
      nextCursor?: string | null;
      /**
       * Format: int64
       * @description Number of events that match the filters, on all pages.
       * @example 42
       */
      total: number;
    };
    /** @description The act whose day decides which law applies. */
    AttachesTo: 'creation' | 'publication' | 'distribution';
    /**
     * Format: binary
     * @description ZIP archive.
     */
    BatchArchive: string;
    /** @description `manifest.json` of the archive. */
    BatchManifest: {
      /** @description One entry per image, in the order of the request. */
      results: components['schemas']['FileResult'][];
    };
    /** @description Compliance certificate of a labelled file. */
    Certificate: {
      compliance: components['schemas']['Compliance'];
      /**
       * @description ID of the labelling event.
       * @example evt_01k6z3t8q4x5v9n2b7c0d1e8f6
       */
      eventId: string;
      file: components['schemas']['FileFacts'];
      hashes: components['schemas']['Hashes'];
      /**
       * Format: date-time
       * @description Time of labelling.
       * @example 2026-05-16T10:30:00.000Z
       */
      issuedAt: string;
      /**
       * Format: int32
       * @description Version of this format.
       * @example 1
       */
      schemaVersion: number;
      signer: components['schemas']['SignerFacts'];
      verification: components['schemas']['Verification'];
    };
    /** @description Certificate with the ID of the request. */
    CertificateAnswer: {
      data: components['schemas']['Certificate'];
      /**
       * @description Value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Validity of the certificate at the time of the trusted time stamp, or now if there is none. */
    CertificateTime: 'unknown' | 'in_time' | 'expired' | 'not_yet_valid';
    /** @description Certificate chain and private key. */
    CertificateUpload: {
      /** @description Certificate chain in PEM format, leaf first. */
      chain: string;
      /**
       * Format: password
       * @description Private key in unencrypted PKCS#8 PEM format. It is encrypted before it is stored and never returned.
       */
      key: string;
    };
    /** @description Result of a verification. */
    ChainInfo: {
      /** @description Whether the verified position is the end of the chain. */
      complete: boolean;
      fault?: components['schemas']['FaultInfo'] | null;
      keyed?: components['schemas']['KeyedHeadInfo'] | null;
      /** @description Last verified position. Keep it outside the server: it can later prove that the end of the chain was cut off. */
      verified: components['schemas']['PositionInfo'];
    };
    /** @description A character outside the set of Annex E j): printable 0x21 to 0x7E without the backslash. */
    CharsetViolation: {
      /** @description First character outside the set. */
      character: string;
      /**
       * Format: uint
       * @description Number of characters of the value outside the set.
       */
      count: number;
      /** @description Key of the value. */
      key: string;
      /**
       * Format: uint
       * @description Position of that character in the value, in characters, from 0.
       */
      position: number;
    };
    /** @description Check report with the ID of the request. */
    CheckAnswer: {
      /** @description Check report. */
      data: components['schemas']['CheckerReport'];
      /**
       * @description Value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Answers to the questions of the laws. Absent answers are unknown. */
    CheckAnswers: {
      /**
       * @description How AI was involved: it created the content, or altered existing content.
       * @enum {string}
       */
      aiInvolvement?: 'created' | 'altered' | 'unknown';
      /**
       * @description AI altered the content only slightly and left its meaning alone.
       * @enum {string}
       */
      alteredSlightly?: 'yes' | 'no' | 'unknown';
      /**
       * @description EU: the content is part of an evidently artistic, creative, satirical, fictional or analogous work.
       * @enum {string}
       */
      artistic?: 'yes' | 'no' | 'unknown';
      /**
       * @description EU: the AI system only assists with standard editing.
       * @enum {string}
       */
      assistiveEditing?: 'yes' | 'no' | 'unknown';
      /**
       * @description EU: the use is authorised by law to detect or prosecute criminal offences.
       * @enum {string}
       */
      authorisedByLaw?: 'yes' | 'no' | 'unknown';
      /**
       * @description Washington: the system is sold to businesses only.
       * @enum {string}
       */
      businessOnly?: 'yes' | 'no' | 'unknown';
      /**
       * Format: date
       * @description The day the content was created or last altered by AI.
       * @example 2026-09-01
       */
      createdOn?: string;
      /**
       * @description China: the user who publishes declared the content on the platform.
       * @enum {string}
       */
      declaredOnPlatform?: 'yes' | 'no' | 'unknown';
      /**
       * @description EU: the content is a deep fake (Article 3(60)).
       * @enum {string}
       */
      deepFake?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: the service falls under Article 17(1) of the Deep Synthesis Provisions.
       * @enum {string}
       */
      deepSynthesisService?: 'yes' | 'no' | 'unknown';
      /**
       * @description EU: the deployer acts professionally.
       * @enum {string}
       */
      deployerProfessional?: 'yes' | 'no' | 'unknown';
      /**
       * @description California: the capture device was first produced for sale there on or after 1 January 2028.
       * @enum {string}
       */
      deviceFirstSoldSince2028?: 'yes' | 'no' | 'unknown';
      /**
       * Format: date
       * @description The day a platform distributed it.
       * @example 2026-09-01
       */
      distributedOn?: string;
      /**
       * @description EU: a person holds editorial responsibility for the publication.
       * @enum {string}
       */
      editorialResponsibility?: 'yes' | 'no' | 'unknown';
      /**
       * @description EU: a person reviewed the text, or it went through editorial control.
       * @enum {string}
       */
      humanReview?: 'yes' | 'no' | 'unknown';
      /**
       * @description AI made or altered the content.
       * @enum {string}
       */
      isAi?: 'yes' | 'no' | 'unknown';
      /**
       * @description California: the platform removed provenance data knowingly.
       * @enum {string}
       */
      knowinglyRemoved?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: the user agreement states the user's labelling duties.
       * @enum {string}
       */
      labelDutiesAgreed?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: logs of that supply are kept for at least six months.
       * @enum {string}
       */
      logsKept?: 'yes' | 'no' | 'unknown';
      /**
       * @description California: the alteration is one of the eight minor modifications of section 22757.1(l).
       * @enum {string}
       */
      minorModification?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: the platform shows its notice beside the post.
       * @enum {string}
       */
      noticeBesidePost?: 'yes' | 'no' | 'unknown';
      /**
       * Format: date
       * @description EU: the day the AI system was placed on the EU market.
       * @example 2026-09-01
       */
      placedOnMarket?: string;
      /**
       * @description EU: the AI system was on the EU market before 2 August 2026, which gives it until 2 December 2026.
       * @enum {string}
       */
      placedOnMarketBefore?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: the platform found a label or other traces of generation.
       * @enum {string}
       */
      platformFoundTraces?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: the platform is itself the producer that the label names.
       * @enum {string}
       */
      platformIsProducer?: 'yes' | 'no' | 'unknown';
      /** @description The name of the provider that the marks must contain. */
      provider?: string;
      /**
       * @description EU: the text informs the public on matters of public interest.
       * @enum {string}
       */
      publicInterestText?: 'yes' | 'no' | 'unknown';
      /**
       * Format: date
       * @description The day it was first published.
       * @example 2026-09-01
       */
      publishedOn?: string;
      /**
       * @description EU: the provider or deployer signed the Code of Practice, which is voluntary.
       * @enum {string}
       */
      signatory?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: the user asked for a copy without the visible label.
       * @enum {string}
       */
      unlabelledCopyRequested?: 'yes' | 'no' | 'unknown';
      /**
       * @description China: a user declared the content to the platform as AI-generated.
       * @enum {string}
       */
      userDeclaredAi?: 'yes' | 'no' | 'unknown';
      /**
       * @description California, Washington: the system has more than 1,000,000 monthly visitors or users.
       * @enum {string}
       */
      usersAboveOneMillion?: 'yes' | 'no' | 'unknown';
      /**
       * @description California: the platform has more than 2,000,000 monthly users.
       * @enum {string}
       */
      usersAboveTwoMillion?: 'yes' | 'no' | 'unknown';
      /**
       * @description There is a watermark, or a register of fingerprints or logs, by which the provider's own detector recognises this output.
       * @enum {string}
       */
      vendorWatermark?: 'yes' | 'no' | 'unknown';
      /**
       * @description California: the provider's own verification tool was tried on this file and read the disclosure.
       * @enum {string}
       */
      verificationToolReads?: 'yes' | 'no' | 'unknown';
      /**
       * @description People see, hear or read a label.
       * @enum {string}
       */
      visibleLabel?: 'yes' | 'no' | 'unknown';
    };
    /**
     * @description Default options of checks in a workspace. Options of a request take precedence.
     * @example {
     *       "role": "deployer",
     *       "answers": {
     *         "signatory": "no"
     *       }
     *     }
     */
    CheckDefaults: {
      answers?: components['schemas']['CheckAnswers'] | null;
      /**
       * @description Default language, as in the options of `POST /check`.
       * @example en
       */
      language?: string | null;
      /**
       * @description Default regions, as in the options of `POST /check`.
       * @example [
       *       "eu",
       *       "california",
       *       "china",
       *       "washington"
       *     ]
       */
      regions?: string[] | null;
      /**
       * @description Default role, as in the options of `POST /check`.
       * @example deployer
       */
      role?: string | null;
    };
    /** @description Report on a file: its statements about its origin, judged by several bodies of law. */
    CheckerReport: {
      /** @description Whether any statement says that AI made or altered the content. */
      ai: components['schemas']['AiClaim'];
      /** @description AIGC labels found in the file (GB 45438-2025). */
      aigc: components['schemas']['AigcSite'][];
      /** @description Content Credentials. */
      c2pa: components['schemas']['Provenance'];
      /** @description Comparison with the marks of an earlier version, if one was given. */
      comparison?: components['schemas']['Comparison'] | null;
      /** @description Circumstances that the judgement assumed. */
      context: components['schemas']['Context'];
      /** @description Time of the check in RFC 3339 format with milliseconds, UTC. */
      createdAt: string;
      /** @description Engines, rules and trust lists with their versions and dates. */
      engine: components['schemas']['EngineInfo'];
      /** @description Name of the file, if it was given. */
      filename: string | null;
      /** @description Traces of known generators outside C2PA. */
      generators: components['schemas']['GeneratorTrace'][];
      /** @description IPTC and XMP statements about the origin. */
      iptc: components['schemas']['IptcSummary'];
      /** @description BCP 47 tag of the language of the sentences. Keys, ids and parameters do not depend on it. */
      language: string;
      /** @description Metadata of the file. */
      metadata: components['schemas']['MetadataReport'];
      /** @description MIME type, determined from the content. */
      mime: string;
      /** @description Image, video, audio or document. */
      modality: components['schemas']['Modality'];
      /** @description Limits of the judgement as a whole. */
      notes: components['schemas']['Message'][];
      /** @description Questions whose answers would settle open rules, starting with the one that settles most. */
      questions?: components['schemas']['Question'][];
      /** @description Outcomes of C2PA's official rubrics; empty for a file without readable credentials. */
      rubrics: components['schemas']['RubricOutcomes'][];
      /**
       * Format: uint32
       * @description Version of the report format, [`SCHEMA_VERSION`].
       */
      schemaVersion: number;
      /** @description SHA-256 of the file in lower-case hexadecimal. Absent only while a large file is being hashed. */
      sha256: string | null;
      /** @description Signals that each region looks for, with the findings. */
      signals: {
        [key: string]: {
          [key: string]: components['schemas']['Signal'];
        };
      };
      /**
       * Format: uint64
       * @description Size in bytes.
       */
      sizeBytes: number;
      /** @description One verdict per region, with every rule. */
      verdicts: {
        [key: string]: components['schemas']['RegionVerdict'];
      };
      /** @description Parts of the file that could not be read or look wrong. */
      warnings: components['schemas']['Warning'][];
      /** @description Watermarks: decoded, declared, or not checkable. */
      watermark: components['schemas']['ReportWatermarkReport'];
    };
    /** @description Form of a check request. */
    CheckForm: {
      /**
       * Format: binary
       * @description File to check. Images (JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF, GIF, JPEG XL) and video (MP4, MOV, AVI, WebM,
       *     Matroska, FLV) of at most 50 MB (52,428,800 bytes), audio (MP3, M4A, WAV, FLAC, Ogg) of at most 25 MB
       *     (26,214,400 bytes). Larger files can be checked in the browser or on the command line, which read them in parts.
       *     Watermarks are searched for in the pixels of images of at most 2.5 million pixels and 8 MB.
       */
      file: string;
      /**
       * @description Facts that the file does not show, as described by `CheckOptions`: `answers` to the questions of the laws,
       *     `role`, `regions`, `asOf` and `language`. Absent options come from the `checkDefaults` of the workspace; an
       *     answer that is in neither is unknown. The `questions` of the report list the answers that would settle open
       *     verdicts.
       * @example {"answers":{"isAi":"yes","createdOn":"2026-09-01"},"role":"deployer"}
       */
      options?: string | null;
    };
    /**
     * @description Facts that the caller knows and the file does not show. All fields are optional. An unknown answer never counts as no.
     * @example {
     *       "answers": {
     *         "isAi": "yes",
     *         "createdOn": "2026-09-01",
     *         "placedOnMarketBefore": "no"
     *       },
     *       "role": "deployer",
     *       "regions": [
     *         "eu",
     *         "california"
     *       ],
     *       "asOf": "2026-11-30",
     *       "language": "en"
     *     }
     */
    CheckOptions: {
      answers?: components['schemas']['CheckAnswers'] | null;
      /**
       * Format: date
       * @description Day whose law applies, unless a trusted time stamp or an answer gives another day. Default: today.
       * @example 2026-11-30
       */
      asOf?: string | null;
      /**
       * @description Language of the sentences in the report. Default: `en`. IDs, keys and parameters do not depend on it.
       * @example en
       */
      language?: string | null;
      /**
       * @description Regions to judge, at least one. Default: `eu`, `california`, `china` and `washington`. All others (`utah`, `connecticut`, `kazakhstan`, `vietnam`, `india`, `korea` and `newYork`) are for information.
       * @example [
       *       "eu",
       *       "california",
       *       "china",
       *       "washington"
       *     ]
       */
      regions?: string[] | null;
      /**
       * @description Role whose duties are judged. Default: `provider`.
       * @example provider
       */
      role?: string | null;
    };
    /** @description Check and its outcome. */
    CheckOutcome: {
      /** @description Identifier of the check in the rubric: `validation:valid_success`, `inception:signal_fullyGenAIMedia`. */
      id: string;
      /**
       * Format: uint
       * @description Index in [`RubricReport::manifests`] of the examined manifest. Only in the signals rubric.
       */
      manifest?: number | null;
      /** @description Outcome. */
      outcome: components['schemas']['Outcome2'];
      /** @description The section of the specification that the rubric names. */
      specSection?: string | null;
      /** @description English sentence of the rubric for this outcome with the matched values filled in, or the reason why there is none. */
      text: string;
      /** @description The value of the expression, shortened: at most 20 entries per level, 3 levels, 200 characters per string. */
      value?: unknown;
    };
    /** @description Fact on which a result is based. */
    Citation: {
      /** @description Name of the fact: `XMP digital source type`. */
      fact: string;
      /** @description Place where it was found. */
      site: components['schemas']['Site'];
      /** @description Standing of the fact. */
      standing?: components['schemas']['Standing'] | null;
      /** @description Its value, shortened to 200 characters. */
      value: string;
    };
    /** @description OAuth2 client, without its secrets. */
    ClientInfo: {
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      /** @description ID, `cli_…`. Use it as `client_id`. */
      id: string;
      /** @description Whether the client works in production (`true`) or in the sandbox (`false`). */
      livemode: boolean;
      name: string;
      /** @description Whether the client authenticates with signed assertions (`private_key_jwt`) instead of secrets. */
      privateKeyJwt: boolean;
      /** Format: date-time */
      revokedAt?: string | null;
      scopes: string[];
    };
    /** @description Request to create an OAuth2 client. */
    ClientRequest: {
      /** @description Public keys for `private_key_jwt`, as a JSON Web Key Set. Without them the client receives a secret. */
      jwks?: Record<string, never> | null;
      /** @description Whether the client works in production (`true`, the default) or in the sandbox (`false`). */
      livemode?: boolean;
      /**
       * @description Name for people, 1 to 100 characters.
       * @example Publishing pipeline
       */
      name: string;
      /**
       * @example [
       *       "label",
       *       "check"
       *     ]
       */
      scopes: components['schemas']['ScopeName'][];
    };
    /**
     * @description Content of a provider field: `001` + `1` + 18-character unified social credit code + 5-character suffix, or a name
     *     (provider coding rules guide of 2025-03-14).
     */
    CodeCheck:
      | {
          /** @constant */
          kind: 'absent';
        }
      | {
          /** @constant */
          kind: 'name';
        }
      | {
          /** @constant */
          kind: 'valid';
          /** @description The provider's suffix. */
          suffix: string;
          /** @description The unified social credit code in it. */
          uscc: string;
        }
      | {
          /** @constant */
          kind: 'malformed';
          /** @description Problem of the code. */
          problem: components['schemas']['CodeProblem'];
        };
    /** @description Problem of a provider code. */
    CodeProblem: 'structure' | 'length' | 'checkCharacter';
    /** @description Comparison of an earlier version of the file with this one. Layers in neither version have no entry. */
    Comparison: {
      /**
       * @description Whether any mark of the earlier version said AI.
       * @default false
       */
      beforeSaidAi: boolean;
      /**
       * @description The layers.
       * @default []
       */
      changes: components['schemas']['MarkChange'][];
    };
    /** @description Content of the label. */
    Compliance: {
      /**
       * @description Labels of the assertions in the manifest.
       * @example [
       *       "c2pa.actions.v2",
       *       "c2pa.training-mining"
       *     ]
       */
      assertions: string[];
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType: string;
      /** @description Whether the manifest reserves the content from AI training and data mining ("do not train"). */
      dntEnabled: boolean;
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset: string;
    };
    /** @description A named version. */
    Component: {
      /** @description Name. */
      name: string;
      /** @description Version. */
      version: string;
    };
    /** @description Proof of identity: either a password or a passkey assertion. */
    Confirmation: {
      passkey?: components['schemas']['PasskeyAssertion'] | null;
      /** Format: password */
      password?: string | null;
    };
    /**
     * @description Circumstances of a judgement. Only the date has no default, because this crate never reads a clock.
     *
     *     Every question can be answered with *unknown*, which is the default and never counts as no. An answer is sufficient
     *     for facts that no file can show. A watermark or label that is only stated in an answer stays open until it is found.
     */
    Context: {
      /** @description Whether AI created or altered the content, if it was involved. */
      aiInvolvement?: components['schemas']['AiInvolvement'];
      /**
       * @description Whether AI altered the input only slightly: the change is not substantial and leaves its meaning alone (Article 50(2),
       *     third sentence).
       */
      alteredSlightly?: components['schemas']['Answer'];
      /**
       * @description Whether the content is part of an evidently artistic, creative, satirical, fictional or analogous work (Article
       *     50(4)).
       */
      artistic?: components['schemas']['Answer'];
      /** @description The day of the check, whose law applies where neither a trusted time stamp nor an answer gives another day. */
      asOf: string;
      /** @description Whether the AI system only assists with standard editing (Article 50(2), third sentence). */
      assistiveEditing?: components['schemas']['Answer'];
      /**
       * @description Whether the use is authorised by law to detect, prevent, investigate or prosecute criminal offences (Article 50(2),
       *     (4)).
       */
      authorisedByLaw?: components['schemas']['Answer'];
      /** @description Whether the system is sold to businesses only (Washington). */
      businessOnly?: components['schemas']['Answer'];
      /** @description Day on which the content was created or last altered by AI. */
      createdOn?: string | null;
      /** @description Whether the user who publishes declared the content as AI-generated on the platform (Measures, Article 10(1)). */
      declaredOnPlatform?: components['schemas']['Answer'];
      /**
       * @description Whether the content is a deep fake (Article 3(60)).
       * @default unknown
       */
      deepFake: components['schemas']['Answer'];
      /**
       * @description Whether the service falls under Article 17(1) of the Deep Synthesis Provisions: one of its kinds of service, or another
       *     that generates or significantly alters content, and may confuse the public.
       */
      deepSynthesisService?: components['schemas']['Answer'];
      /** @description Whether the deployer acts professionally. Personal use does not make a person a deployer (Article 3(4)). */
      deployerProfessional?: components['schemas']['Answer'];
      /** @description Whether the capture device was first produced for sale in California on or after 1 January 2028 (section 22757.3.3). */
      deviceFirstSoldSince2028?: components['schemas']['Answer'];
      /** @description Day on which a platform distributed the content. */
      distributedOn?: string | null;
      /**
       * @description Whether a natural or legal person holds editorial responsibility for the publication (Article 50(4), second
       *     subparagraph).
       */
      editorialResponsibility?: components['schemas']['Answer'];
      /** @description Whether a person reviewed the text or it went through editorial control (Article 50(4), second subparagraph). */
      humanReview?: components['schemas']['Answer'];
      /**
       * @description Whether AI made or altered the content; the file's own statements count as well.
       * @default unknown
       */
      isAi: components['schemas']['Answer'];
      /** @description Whether the platform removed provenance data knowingly (section 22757.3.1(c)). */
      knowinglyRemoved?: components['schemas']['Answer'];
      /** @description Whether the user agreement states the user's labelling duties and responsibilities (Measures, Article 9). */
      labelDutiesAgreed?: components['schemas']['Answer'];
      /** @description Whether logs of the supply of unlabelled copies are kept for at least six months (Measures, Article 9). */
      logsKept?: components['schemas']['Answer'];
      /** @description Whether the alteration is one of the eight minor modifications that section 22757.1(l) lists (California). */
      minorModification?: components['schemas']['Answer'];
      /** @description Whether the platform shows its notice beside the post (Measures, Article 6). */
      noticeBesidePost?: components['schemas']['Answer'];
      /** @description Day on which the AI system was placed on the market. If given, it settles the previous question. */
      placedOnMarket?: string | null;
      /**
       * @description Whether the AI system was on the EU market before 2 August 2026 (Article 111(4)).
       * @default unknown
       */
      placedOnMarketBefore: components['schemas']['Answer'];
      /** @description Whether the platform found a label or other traces of generation (Measures, Article 6(1)(1), (3)). */
      platformFoundTraces?: components['schemas']['Answer'];
      /** @description Whether the platform is itself the producer that the label names. */
      platformIsProducer?: components['schemas']['Answer'];
      /** @description Name of the provider that the marks must contain. */
      provider?: string | null;
      /** @description Whether the text informs the public on matters of public interest (Article 50(4), second subparagraph). */
      publicInterestText?: components['schemas']['Answer'];
      /** @description Day on which the content was first published. */
      publishedOn?: string | null;
      /**
       * @description Regions to judge.
       * @default [
       *       "eu",
       *       "california",
       *       "china",
       *       "washington"
       *     ]
       */
      regions: components['schemas']['Region'][];
      /**
       * @description Role whose duties are judged.
       * @default provider
       */
      role: components['schemas']['Role'];
      /**
       * @description Whether the provider or deployer signed the EU Code of Practice, which is voluntary.
       * @default unknown
       */
      signatory: components['schemas']['Answer'];
      /** @description Whether the user asked for a copy without the explicit label (Measures, Article 9). */
      unlabelledCopyRequested?: components['schemas']['Answer'];
      /** @description Whether a user declared the content to the platform as AI-generated (Measures, Article 6(1)(2)). */
      userDeclaredAi?: components['schemas']['Answer'];
      /**
       * @description Whether the system has more than 1,000,000 monthly visitors or users (California until 29 September 2026,
       *     Washington).
       */
      usersAboveOneMillion?: components['schemas']['Answer'];
      /** @description Whether the platform has more than 2,000,000 monthly users (California, large online platforms). */
      usersAboveTwoMillion?: components['schemas']['Answer'];
      /**
       * @description Whether there is a watermark, or a register of fingerprints or logs, by which the provider's own detector
       *     recognises this output.
       * @default unknown
       */
      vendorWatermark: components['schemas']['Answer'];
      /** @description Whether the provider's own verification tool was tried on this file and read the disclosure (section 22757.3(a)(3)). */
      verificationToolReads?: components['schemas']['Answer'];
      /**
       * @description Whether people see, hear or read a label, according to the answer.
       * @default unknown
       */
      visibleLabel: components['schemas']['Answer'];
    };
    /** @description Two statements about the origin that cannot both be true. */
    Contradiction: {
      /** @description The statement that says AI. */
      ai: components['schemas']['Citation'];
      /** @description The statement that says otherwise. */
      other: components['schemas']['Citation'];
    };
    /** @description Numbers of outcomes for each weight of rules. */
    Counts: {
      /** @description Informational rules. */
      informational: components['schemas']['Tally'];
      /** @description Rules that do not decide the verdict. */
      recommended: components['schemas']['Tally'];
      /** @description Rules that decide the verdict. */
      required: components['schemas']['Tally'];
    };
    /** @description E-mail address and password. */
    Credentials: {
      /**
       * @description E-mail address.
       * @example ada@example.eu
       */
      email: string;
      /**
       * Format: password
       * @description Password.
       */
      password: string;
    };
    /** @description Source of the day whose law applies. */
    DaySource: 'timeStamp' | 'answer' | 'check';
    /** @description A digital source type that a file declares. */
    DigitalSourceTypeFinding: {
      /** @description The form of the value. */
      form: components['schemas']['DigitalSourceTypeForm'];
      /** @description English name of the term. */
      label: string | null;
      /** @description The packet or field. */
      location: components['schemas']['Location'];
      /** @description Path of the property, or name of the field. */
      property: string;
      /** @description Value as written. */
      raw: string;
      /** @description Whether the term is retired. */
      retired: boolean;
      /** @description Code of the term. `None` if the value is not a known term. */
      term: string | null;
    };
    /** @description The form in which a file names a term. XMP shall hold [`Self::Http`]; the others are understood. */
    DigitalSourceTypeForm: 'http' | 'https' | 'variant' | 'qcode' | 'bare' | 'schema_org' | 'unknown';
    /**
     * @description Term of the IPTC digital source type vocabulary that labels can contain.
     * @enum {string}
     */
    DigitalSourceTypeName:
      | 'trainedAlgorithmicMedia'
      | 'compositeWithTrainedAlgorithmicMedia'
      | 'algorithmicMedia'
      | 'algorithmicallyEnhanced'
      | 'humanEdits'
      | 'digitalCreation'
      | 'digitalCapture';
    /** @description Names and versions of all components that verdicts depend on. */
    EngineInfo: {
      /** @description The C2PA engine. */
      c2pa: components['schemas']['Component'];
      /** @description This software. */
      labeler: components['schemas']['Component'];
      /** @description The rule set. */
      rules: components['schemas']['RuleSet'];
      /** @description Trust lists consulted for claim signers, in order, followed by the list for time stamps. */
      trustLists: components['schemas']['TrustListInfo'][];
    };
    /** @description Error of a request. */
    ErrorBody: {
      /**
       * @description Stable, machine-readable code.
       * @example validation_error
       */
      code: string;
      details?: components['schemas']['ErrorDetails'] | null;
      /**
       * @description Description for people. The text can change.
       * @example options.digitalSourceType is required
       */
      message: string;
    };
    /** @description Location of the error in the request. */
    ErrorDetails: {
      /**
       * @description Name of a form part or query parameter, or dotted name of an option.
       * @example options.digitalSourceType
       */
      field: string;
    };
    /** @description JSON body of every error response. */
    ErrorEnvelope: {
      /** @description Error. */
      error: components['schemas']['ErrorBody'];
      /**
       * @description Value of `X-Request-Id`.
       * @example b3d9f12c-4a7e-4f1b-8e0c-1a2b3c4d5e6f
       */
      requestId: string;
    };
    /** @description One EXIF block. */
    Exif: {
      /** @description The text fields that were found, in file order. */
      fields: components['schemas']['ExifField'][];
      /** @description Whether there is a GPS directory with a latitude. */
      gps: boolean;
      /** @description The block, from its TIFF header on. */
      location: components['schemas']['Location'];
      /**
       * Format: uint16
       * @description Orientation 1 to 8; 1 is upright.
       */
      orientation: number | null;
    };
    /** @description Text field of an EXIF block. */
    ExifField: {
      /** @description Declared character set of `UserComment`: `ascii`, `unicode`, `jis`, `undefined`; `None` for other fields. */
      charset: string | null;
      /** @description Place of the value. */
      location: components['schemas']['Location'];
      /** @description The tag's name in the EXIF specification, for example `UserComment`. */
      name: string;
      /**
       * Format: uint16
       * @description TIFF tag number.
       */
      tag: number;
      /** @description Decoded value without trailing zeros and spaces, cut to [`crate::Limits::max_text`]. */
      value: string;
    };
    /** @description First fault in the chain. */
    FaultInfo: {
      /**
       * @description Type of fault: `missing`, `altered`, `broken`, `cut`, `stray`, or `forged` (the chain differs from the keyed
       *     head at this position).
       * @example altered
       */
      kind: string;
      rowId?: string | null;
      /**
       * Format: int64
       * @description Sequence number of the link. Null if the row is outside the chain.
       */
      seq?: number | null;
      /** @description Table: `event`, `admin` or `requests`. */
      table?: string | null;
    };
    /** @description Returned file. */
    FileFacts: {
      /**
       * @description File name, to the extent that the workspace's settings keep it.
       * @example photo.jpg
       */
      filename: string;
      /**
       * @description Media type.
       * @example image/jpeg
       */
      mime: string;
      /** @description Type of media. */
      modality: components['schemas']['ModalityName'];
      /**
       * Format: int64
       * @description Size in bytes.
       * @example 124356
       */
      sizeBytes: number;
    };
    /** @description Result for one image. */
    FileResult: {
      /**
       * @description Error code of `POST /api/v1/label`, if the image was not labelled.
       * @example mime_not_allowed
       */
      error?: string | null;
      /** @description ID of the labelling event, for `GET /api/v1/assets/{id}`. */
      eventId?: string | null;
      /**
       * @description Name in the archive, derived from the sent name and made safe and unique.
       * @example photo1.jpg
       */
      filename: string;
      /** @description Description of the error for people. */
      message?: string | null;
      /** @description Whether the image was labelled. If so, the archive contains it, unless `replayed` is true. */
      ok: boolean;
      /** @description Sent name, if it differs. */
      originalFilename?: string | null;
      /**
       * @description Whether an earlier request with this `Idempotency-Key` labelled the image. The entry then contains the result of
       *     that request.
       */
      replayed?: boolean;
      /** @description SHA-256 of the labelled image, lower-case hexadecimal. */
      sha256Output?: string | null;
      /** @description Warnings about the labelled image. */
      warnings?: components['schemas']['WarningEntry'][];
    };
    /** @description Token of the link, and data of the first owner. */
    FirstRun: {
      email: string;
      /** @description Name of the person, 1 to 100 characters. */
      name: string;
      /**
       * Format: password
       * @description Password, 8 to 256 characters.
       */
      password: string;
      /** @description Token at the end of the link. */
      token: string;
      /** @description Name of the first workspace, 1 to 100 characters. */
      workspaceName: string;
    };
    /** @description Trace of a generator in a file. */
    GeneratorTrace: {
      /** @description Beginning of the value, or its part around the match, at most 160 bytes. */
      excerpt: string;
      /** @description Name of the field. */
      field: string;
      /** @description Name of the generator. */
      generator: string;
      /** @description Place of the trace. */
      location: components['schemas']['Location'];
      /**
       * Format: uint8
       * @description Confidence tier, see the module.
       */
      tier: number;
    };
    /** @description SHA-256 of the file before and after labelling, lower-case hexadecimal. */
    Hashes: {
      /** @description SHA-256 of the received file. */
      input: string;
      /** @description SHA-256 of the returned file. */
      output: string;
    };
    /** @description Result of a hash look-up. Contains the public facts if the hash is known. */
    HashReport: {
      /** @description Labels of the assertions in the manifest. */
      assertions?: string[];
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType?: string;
      /** @description Whether the manifest reserves the content from AI training and data mining ("do not train"). */
      dntEnabled?: boolean;
      /**
       * @description Media type of the file.
       * @example image/jpeg
       */
      mime?: string;
      /** @description Type of media. */
      modality?: components['schemas']['ModalityName'];
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset?: string;
      /** @description Hash that matched. `output` takes precedence if both match. Absent if the request contained no hash. */
      sha256MatchedOn?: components['schemas']['MatchedOn'];
      /**
       * Format: date-time
       * @description Time of signing.
       * @example 2026-05-19T10:24:11.000Z
       */
      signedAt?: string;
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      signerFingerprint?: string;
      /**
       * Format: int64
       * @description Size of the labelled file in bytes.
       * @example 482311
       */
      sizeBytes?: number;
      /** @description Whether the image has a visible label. */
      visibleOverlay?: boolean;
      /**
       * @description Payload ID of the watermark, if there is one.
       * @example wm_abcdefghijklm
       */
      watermarkPayloadId?: string | null;
    } & {
      /** @description Requested hash. */
      sha256: string;
      /** @description Whether the audit log contains the hash. */
      signedByPlatform: boolean;
    };
    /** @description State of the service. */
    Health: {
      /** @description Whether managed signing is configured for live keys and sessions. */
      signing: boolean;
      /**
       * @description Always `ok`.
       * @example ok
       */
      status: string;
      /**
       * @description Version of the service.
       * @example 0.1.0
       */
      version: string;
    };
    /** @description One dataset. */
    IimField: {
      /**
       * Format: uint8
       * @description Dataset number.
       */
      dataset: number;
      /** @description Place of the value. */
      location: components['schemas']['Location'];
      /** @description Name in IIM 4.2, for example `Credit`. */
      name: string;
      /**
       * Format: uint8
       * @description Record number; 2 is the application record.
       */
      record: number;
      /** @description Decoded value. */
      value: string;
    };
    /** @description An ingredient of a manifest. */
    Ingredient: {
      /** @description Label of the ingredient's manifest in the store. */
      activeManifest?: string | null;
      /** @description Failure codes of the ingredient's validation. */
      failures: string[];
      /** @description MIME type. */
      format?: string | null;
      /** @description `parentOf`, `componentOf` or `inputTo`. */
      relationship: string;
      /** @description Title, often a file name. */
      title?: string | null;
    };
    /** @description Whether credential and asset are unchanged since signing. */
    Integrity: 'none' | 'intact' | 'unverified' | 'broken' | 'unreadable';
    /**
     * @description Properties of a token: response of the introspection endpoint. For a token that is expired, revoked, of another
     *     server, or invalid, only `active` is present (RFC 7662, section 2.2).
     */
    IntrospectionAnswer: {
      /** @description Whether the token is currently valid. */
      active: boolean;
      /** @description Audience: the API. */
      aud?: string | null;
      /** @description ID of the client. */
      client_id?: string | null;
      /**
       * Format: int64
       * @description Expiry in Unix seconds.
       */
      exp?: number | null;
      /**
       * Format: int64
       * @description Issue time in Unix seconds.
       */
      iat?: number | null;
      /** @description Issuer: this server. */
      iss?: string | null;
      /** @description Unique ID of the token. */
      jti?: string | null;
      /** @description Granted scopes, separated by spaces. */
      scope?: string | null;
      /** @description Subject of the token. */
      sub?: string | null;
      /** @description `Bearer`. */
      token_type?: string | null;
    };
    /** @description Open invitation, without its link. */
    InvitationInfo: {
      /** Format: date-time */
      createdAt: string;
      /** @description ID of the person who created the invitation. */
      createdBy: string;
      /** @description Invited e-mail address. Null if anyone with the link can accept. */
      email?: string | null;
      /** Format: date-time */
      expiresAt: string;
      id: string;
      /** @example labeler */
      role: string;
    };
    /** @description Request to create an invitation. */
    InvitationRequest: {
      /** @description Only e-mail address that can accept; the link is mailed to it. If absent, anyone with the link can accept. */
      email?: string | null;
      /**
       * @description Offered role. Cannot exceed the caller's own role.
       * @example labeler
       */
      role: string;
    };
    /** @description Value of a field and its place. */
    IptcField: {
      /** @description The packet. */
      location: components['schemas']['Location'];
      /** @description Path of the property in its packet. */
      property: string;
      /** @description Value as written. */
      value: string;
    };
    /** @description IPTC and related fields that state origin. Single fields hold the first value in file order. */
    IptcSummary: {
      /** @description `Iptc4xmpExt:AIPromptInformation`: the prompt. */
      aiPromptInformation: components['schemas']['IptcField'] | null;
      /** @description `Iptc4xmpExt:AIPromptWriterName`: author of the prompt. */
      aiPromptWriterName: components['schemas']['IptcField'] | null;
      /** @description `Iptc4xmpExt:AISystemUsed`: name of the AI system. */
      aiSystemUsed: components['schemas']['IptcField'] | null;
      /** @description `Iptc4xmpExt:AISystemVersionUsed`: its version. */
      aiSystemVersionUsed: components['schemas']['IptcField'] | null;
      /** @description `xmp:CreateDate`, ISO 8601 as written. */
      createDate: components['schemas']['IptcField'] | null;
      /** @description `xmp:CreatorTool`. */
      creatorTool: components['schemas']['IptcField'] | null;
      /** @description `photoshop:Credit`. */
      credit: components['schemas']['IptcField'] | null;
      /** @description `plus:DataMining`, a URI of the PLUS vocabulary or its last part. */
      dataMining: components['schemas']['IptcField'] | null;
      /** @description `Iptc4xmpExt:DigImageGUID` or `DigitalImageGUID`: unique identifier of the image. */
      digitalImageGuid: components['schemas']['IptcField'] | null;
      /** @description `Iptc4xmpExt:DigitalSourceType`, also as a field of a structure; `parent` properties show in the path. */
      digitalSourceTypes: components['schemas']['DigitalSourceTypeFinding'][];
      /** @description `plus:OtherConstraints`, which `DMI-PROHIBITED-SEECONSTRAINT` points at. */
      otherConstraints: components['schemas']['IptcField'] | null;
      /** @description `dcterms:provenance`: URL of a remote C2PA manifest, or `self#jumbf=…` for the embedded one. Never fetched. */
      provenance: components['schemas']['IptcField'] | null;
    };
    /** @description Membership after accepting an invitation. */
    Joined: {
      /** @example labeler */
      role: string;
      userId: string;
      workspaceId: string;
    };
    /** @description Head of the chain at some time, authenticated with a key that is not in the database. */
    KeyedHeadInfo: {
      /** Format: date-time */
      createdAt: string;
      /** @description Head: SHA-256, lower-case hexadecimal. */
      head: string;
      /**
       * @description Version of the server's key.
       * @example s1
       */
      key: string;
      /** @description HMAC-SHA-256 over workspace, sequence number, head and time, lower-case hexadecimal. */
      mac: string;
      /**
       * Format: int64
       * @description Sequence number of the head.
       */
      seq: number;
    };
    /** @description API key, without its secret. */
    KeyInfo: {
      /** @description Networks from which the key can be used. Empty: all networks. */
      allow: string[];
      /** Format: date-time */
      createdAt: string;
      /** @description ID of the person who created the key. */
      createdBy: string;
      /**
       * Format: date-time
       * @description Expiry time.
       */
      expiresAt?: string | null;
      /**
       * @description ID: the public part of the key.
       * @example AbCd5678wxyz
       */
      id: string;
      /**
       * @description Type of key: `live`, `test` or `sk` (a workspace key).
       * @example live
       */
      kind: string;
      /**
       * Format: date-time
       * @description Time of the last use, accurate to one minute.
       */
      lastUsedAt?: string | null;
      /** @description ID of the key that created this key. Null if a person created it. */
      madeByKey?: string | null;
      /**
       * @description Shortened text of the key, for display in lists.
       * @example lbl_live_AbCd…wxyz
       */
      masked: string;
      /** @description Name for people. */
      name: string;
      /** @description ID of the key that replaced this key. */
      replacedBy?: string | null;
      /** Format: date-time */
      revokedAt?: string | null;
      /** @description Role of a workspace key. */
      role?: string | null;
      /** @description ID of the key that this key replaced. */
      rotatedFrom?: string | null;
      /** @description Scopes of a live or test key. */
      scopes?: string[] | null;
    };
    /** @description Request to create an API key. */
    KeyRequest: {
      /**
       * @description Networks from which the key can be used, in CIDR notation, at most 50. If the caller is a key with networks, the
       *     new networks must be within them; an empty list means the same networks.
       */
      allow?: string[];
      /**
       * Format: date-time
       * @description Expiry time, in the future. If the caller is a key, the new key expires no later than the caller; this is also
       *     the default.
       */
      expiresAt?: string | null;
      /**
       * @description Type of key: `live`, `test` or `sk` (a workspace key).
       * @example live
       */
      kind: string;
      /**
       * @description Name for people, 1 to 100 characters.
       * @example CRM integration
       */
      name: string;
      /** @description Role of a workspace key. Cannot exceed the caller's own role. */
      role?: string | null;
      /**
       * @description Scopes of a live or test key: at least one of `label`, `assets`, `certificates`, `check`, `verify`.
       * @example [
       *       "label",
       *       "check"
       *     ]
       */
      scopes?: components['schemas']['ScopeName'][] | null;
    };
    /** @description Form of a batch request. */
    LabelBatchForm: {
      /**
       * @description Images. Repeat the part at most 10 times. Each image as for `POST /api/v1/label`, at most 50 MB (52,428,800
       *     bytes); all images together at most 200 MB (209,715,200 bytes). Can also be named `files`.
       */
      image: string[];
      /**
       * @description Label options for all images: those of `POST /api/v1/label` without `filename` and `sha256Input`, which are
       *     derived from each file. The part can precede or follow the images.
       * @example {"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}
       */
      options: string;
    };
    /** @description Form of a label request. */
    LabelForm: {
      /**
       * Format: binary
       * @description Image, at most 50 MB (52,428,800 bytes). Can also be named `file`. Accepted types, determined from the content:
       *     JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF and GIF.
       */
      image: string;
      /**
       * @description Label options, as described by `SharedLabelOptions`: `digitalSourceType`, `regionPreset`, `signingMode`,
       *     `dntEnabled`, `filename` and `sha256Input`, and optionally `preApplied`, `provider`, `aiSystem`,
       *     `aiSystemVersion`, `producerCode` and `neutralTitle`. If one of the four options about the provider is absent,
       *     its value in the compliance profile of the workspace applies. The title is neutral, instead of the file name,
       *     also if the workspace does not keep file names.
       * @example {"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"filename":"photo.jpg","sha256Input":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","preApplied":[]}
       */
      options: string;
    };
    /**
     * Format: binary
     * @description Bytes of the labelled image.
     */
    LabelledFile: string;
    /** @description Result of labelling one file. Returned to session callers, and stored for a repeat of the request. */
    LabelResult: {
      /**
       * @description Layers that were written, in order.
       * @example [
       *       "c2pa"
       *     ]
       */
      appliedLayers: string[];
      /** @description ID of the labelling event, for `GET /api/v1/assets/{id}`. */
      eventId: string;
      /**
       * @description File name from the options.
       * @example photo.jpg
       */
      filename: string;
      /**
       * @description Always true.
       * @example true
       */
      ok: boolean;
      /** @description SHA-256 of the labelled image, lower-case hexadecimal. */
      sha256Output: string;
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      signerFingerprint: string;
      /** @description Warnings about the labelled file. */
      warnings: components['schemas']['WarningEntry'][];
    };
    /** @description URL of the image, and label options. */
    LabelUrlRequest: {
      /** @description Label options of `POST /api/v1/label` without `filename` and `sha256Input`, which are derived from the file. */
      options: components['schemas']['SharedLabelOptions'];
      /**
       * Format: uri
       * @description Public `https` URL of at most 2,048 bytes, on port 443 and without credentials. At most five redirects are
       *     followed.
       * @example https://example.com/photo.jpg
       */
      url: string;
    };
    /** @description The day whose law applies to an act, with the reason. */
    LawDay: {
      /** @description The act to which the rules apply. */
      attachesTo: components['schemas']['AttachesTo'];
      /** @description The day. */
      day: string;
      /** @description The reason in a sentence. */
      reason: components['schemas']['Message'];
      /** @description Source of the day. */
      source: components['schemas']['DaySource'];
    };
    /** @description Change of a layer between the earlier version and this one. */
    LayerChange: 'kept' | 'added' | 'changed' | 'removed' | 'broken' | 'unknown';
    /** @description Result of a leak report. */
    LeakAnswer: {
      /** @description Whether this report revoked the key. */
      endedNow: boolean;
      /**
       * @description `true_positive` for a key of this service, which no longer works; otherwise `false_positive`.
       * @example true_positive
       */
      label: string;
    };
    /** @description Report of a leaked key. */
    LeakReport: {
      /**
       * Format: password
       * @description Complete text of the key.
       */
      key: string;
    };
    /** @description Token of an invitation. */
    LinkToken: {
      /** @description Token at the end of the link. */
      token: string;
    };
    /** @description Complete list. */
    Listed_ClientInfo: {
      /** @description All entries. */
      data: {
        /** Format: date-time */
        createdAt: string;
        createdBy: string;
        /** @description ID, `cli_…`. Use it as `client_id`. */
        id: string;
        /** @description Whether the client works in production (`true`) or in the sandbox (`false`). */
        livemode: boolean;
        name: string;
        /** @description Whether the client authenticates with signed assertions (`private_key_jwt`) instead of secrets. */
        privateKeyJwt: boolean;
        /** Format: date-time */
        revokedAt?: string | null;
        scopes: string[];
      }[];
    };
    /** @description Complete list. */
    Listed_InvitationInfo: {
      /** @description All entries. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description ID of the person who created the invitation. */
        createdBy: string;
        /** @description Invited e-mail address. Null if anyone with the link can accept. */
        email?: string | null;
        /** Format: date-time */
        expiresAt: string;
        id: string;
        /** @example labeler */
        role: string;
      }[];
    };
    /** @description Complete list. */
    Listed_MembershipInfo: {
      /** @description All entries. */
      data: {
        /**
         * Format: date-time
         * @description Time at which the person joined.
         */
        createdAt: string;
        /** @description Whether this is the current workspace of the session. */
        current: boolean;
        /**
         * @description Role of the person in the workspace.
         * @example member
         */
        role: string;
        workspace: components['schemas']['WorkspaceInfo'];
      }[];
    };
    /** @description Complete list. */
    Listed_PasskeyInfo: {
      /** @description All entries. */
      data: {
        /** @description Whether the passkey is backed up, for example synchronised to other devices. */
        backedUp: boolean;
        /** Format: date-time */
        createdAt: string;
        /** @description ID of the credential, base64url. */
        id: string;
        /** Format: date-time */
        lastUsedAt?: string | null;
        name: string;
      }[];
    };
    /** @description Complete list. */
    Listed_SecretInfo: {
      /** @description All entries. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description ID, `sec_…`. */
        id: string;
      }[];
    };
    /** @description Complete list. */
    Listed_SessionEntry: {
      /** @description All entries. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description Whether this is the session of the request. */
        current: boolean;
        /**
         * Format: date-time
         * @description Time at which the session expires.
         */
        expiresAt: string;
        /** @description ID of the session, for `DELETE /api/v1/sessions/{id}`. */
        id: string;
        /**
         * Format: date-time
         * @description Time of the last use, accurate to one minute.
         */
        lastSeenAt: string;
        /** @description Browser, as named in its `User-Agent` header. */
        userAgent: string;
        /** @description ID of the current workspace of the session. */
        workspaceId: string;
      }[];
    };
    /** @description Complete list. */
    Listed_SigningCertificateInfo: {
      /** @description All entries. */
      data: {
        /** @description Whether this certificate is in use. */
        active: boolean;
        /** @example es256 */
        algorithm: string;
        /** Format: date-time */
        createdAt: string;
        /** @example SHA256:Ab1Cd2 */
        fingerprint: string;
        /** @description ID, `crt_…`. */
        id: string;
        /** Format: date-time */
        notAfter: string;
        /** Format: date-time */
        notBefore: string;
        subject: string;
      }[];
    };
    /** @description Place in the file. */
    Location: {
      /**
       * Format: uint64
       * @description Length in the file, in bytes.
       */
      length: number;
      /**
       * Format: uint64
       * @description Offset from the start of the file, in bytes. For values inside a compressed or split part: the part's offset.
       */
      offset: number;
      /**
       * @description Path through the container's structures, for example `JPEG/APP1[2]/XMP` (third APP1 segment; counting
       *     starts at 0 and is left out for the first), `PNG/iTXt(XML:com.adobe.xmp)`, `MP4/moov/udta/meta/keys[3]`.
       */
      path: string;
    };
    /** @description One manifest of the store. */
    Manifest: {
      /** @description Entries of all actions assertions, in order. */
      actions: components['schemas']['Action'][];
      /** @description Whether this is the active manifest; all others were reached through ingredients. */
      active: boolean;
      /** @description `c2pa.ai-disclosure` assertions, verbatim. */
      aiDisclosures: unknown[];
      /** @description Digital source types that assertions other than actions state, verbatim. */
      assertedSourceTypes: components['schemas']['AssertedSourceType'][];
      /** @description Assertion labels, in order. */
      assertions: string[];
      /** @description The software that wrote the claim. */
      claimGenerator: components['schemas']['Software'] | null;
      /**
       * Format: uint8
       * @description Claim version, 1 or 2.
       */
      claimVersion: number | null;
      /** @description Names in CAWG identity assertions. */
      identities: string[];
      /** @description Ingredients, in order. */
      ingredients: components['schemas']['Ingredient'][];
      /** @description Instance id of the claim. */
      instanceId: string | null;
      /** @description Label, for example `urn:c2pa:…`. */
      label: string;
      /** @description Time of the signature, if a time stamp states one. */
      signedAt: string | null;
      /** @description Organisation or common name of the signer. */
      signedBy: string | null;
      /** @description Declared watermarks and fingerprints. */
      softBindings: components['schemas']['SoftBinding'][];
      /** @description Title of the asset. */
      title: string | null;
      /** @description Training and data mining statements. */
      trainingMining: components['schemas']['TrainingMining'][];
    };
    /**
     * Format: binary
     * @description Bytes of a manifest store.
     */
    ManifestStore: string;
    /** @description One layer, before and after. */
    MarkChange: {
      /**
       * @description Current content, for display.
       * @default
       */
      after: string;
      /**
       * @description Previous content, for display.
       * @default
       */
      before: string;
      /**
       * @description The change.
       * @default unknown
       */
      change: components['schemas']['LayerChange'];
      /**
       * @description The layer.
       * @default c2pa
       */
      layer: components['schemas']['MarkLayer'];
      /**
       * @description Its place in this version, or in the earlier one.
       * @default {
       *       "location": ""
       *     }
       */
      site: components['schemas']['Site'];
    };
    /** @description A layer of marking. */
    MarkLayer: 'c2pa' | 'sourceType' | 'aigc' | 'invisibleMark' | 'visibleLabel';
    /** @description A watermark. */
    MarkReport: {
      /** @description Whether it was decoded from the content (`true`) or only declared (`false`). */
      decoded: boolean;
      /** @description Name or algorithm. */
      name: string;
      /** @description Payload, if known. */
      payload: string | null;
      /** @description Place of the declaration, or method by which it was read. */
      source: string;
    };
    /**
     * @description Hash of a labelling event that matched.
     * @enum {string}
     */
    MatchedOn: 'output' | 'input';
    /** @description Member of the workspace. */
    MemberInfo: {
      /**
       * Format: date-time
       * @description Time at which the person joined.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Time at which access was removed.
       */
      disabledAt?: string | null;
      email: string;
      /** @description ID of the person, `usr_…`. */
      id: string;
      name: string;
      /** @example labeler */
      role: string;
    };
    /** @description Membership of the person in a workspace. */
    MembershipInfo: {
      /**
       * Format: date-time
       * @description Time at which the person joined.
       */
      createdAt: string;
      /** @description Whether this is the current workspace of the session. */
      current: boolean;
      /**
       * @description Role of the person in the workspace.
       * @example member
       */
      role: string;
      workspace: components['schemas']['WorkspaceInfo'];
    };
    /** @description A sentence with its key and parameters, from which another catalogue can form it in another language. */
    Message: {
      /** @description Key in the message catalogue. */
      key: string;
      /** @description Values of its placeholders. */
      params?: {
        [key: string]: string;
      };
      /** @description The sentence in English. */
      text: string;
    };
    /** @description Metadata of the file, apart from the fields that state the origin. */
    MetadataReport: {
      /** @description EXIF blocks. */
      exif: components['schemas']['Exif'][];
      /** @description IPTC-IIM datasets. */
      iim: components['schemas']['IimField'][];
      /** @description Text fields of the container. */
      text: components['schemas']['TextEntry'][];
      /** @description XMP packets. */
      xmp: components['schemas']['XmpPacket'][];
    };
    /** @description Kind of content that a format carries. */
    Modality: 'image' | 'video' | 'audio' | 'document';
    /**
     * @description Type of media.
     * @enum {string}
     */
    ModalityName: 'image' | 'video' | 'audio';
    /** @description New OAuth2 client. The response is the only place where the secret appears. */
    NewClientInfo: {
      client: components['schemas']['ClientInfo'];
      /**
       * @description The `client_secret`. Null for a client with public keys.
       * @example lbl_cs_xxxxxxxxxxxxxxxx
       */
      secret?: string | null;
    };
    /** @description New invitation. */
    NewInvitation: {
      /** Format: date-time */
      expiresAt: string;
      id: string;
      /**
       * @description Link to open, only for an invitation without an address. The response is the only place where the link appears.
       *     The text after `#` is the token for `POST /api/v1/invitations/open` and `/accept`. The link of an invitation
       *     with an address is only mailed to that address.
       * @example https://labeler.eu/invitation#abc.def
       */
      link?: string | null;
      /** @description E-mail address to which the link was sent. Null if anyone with the link can accept. */
      sentTo?: string | null;
    };
    /** @description New API key. The response is the only place where the secret appears. */
    NewKeyInfo: {
      key: components['schemas']['KeyInfo'];
      /**
       * @description Complete text of the key.
       * @example lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
       */
      secret: string;
    };
    /** @description New client secret. The response is the only place where the secret appears. */
    NewSecretInfo: {
      /** @description ID, `sec_…`. */
      id: string;
      /** @description The `client_secret`. */
      secret: string;
    };
    /** @description Request to create a workspace. */
    NewWorkspace: {
      /**
       * @description Name, 1 to 100 characters.
       * @example Studio
       */
      name: string;
    };
    /** @description Error of the token, revocation and introspection endpoints (RFC 6749, section 5.2). */
    OAuthErrorBody: {
      /**
       * @description Error code: `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`, ….
       * @example invalid_client
       */
      error: string;
      /** @description Description for people: ASCII without quotes and backslashes, as RFC 6749 requires. */
      error_description: string;
    };
    /** @description Offer of an invitation. */
    Offer: {
      /** @description Only e-mail address that can accept. Null if anyone can. */
      email?: string | null;
      /** Format: date-time */
      expiresAt: string;
      /** @example labeler */
      role: string;
      workspaceName: string;
    };
    /** @description Outcome of a rule for a file. */
    Outcome: 'pass' | 'fail' | 'undetermined' | 'notApplicable';
    /**
     * @description Outcome of a check. The official evaluator uses `true`, `false` and `warning` for rubrics over the file, and lists
     *     the present signals for rubrics over a manifest.
     */
    Outcome2: 'pass' | 'fail' | 'warn' | 'present' | 'absent' | 'notApplicable' | 'error';
    /**
     * @description Corner of a visible label.
     * @enum {string}
     */
    OverlayCorner: 'TL' | 'TR' | 'BL' | 'BR';
    /** @description Key or token of the caller. */
    OwnKeyInfo: {
      /** @description ID of the OAuth2 client of a token. Null for a key. */
      clientId?: string | null;
      /** @description Current scopes, limited by the current permissions of the creator. */
      effectiveScopes: string[];
      key?: components['schemas']['KeyInfo'] | null;
      /** @description Whether the caller works in production (`true`) or in the sandbox (`false`). */
      livemode: boolean;
      /**
       * @description Plan of the workspace.
       * @example agency
       */
      plan: string;
      /** @description ID of the workspace. */
      workspaceId: string;
    };
    /** @description One law pack. */
    PackInfo: {
      /** @description SHA-256 of the canonical JSON of the pack. */
      hash: string;
      /** @description ID of the pack: `eu`, `us-ca`, …. */
      id: string;
      /** @description Version of the pack. */
      version: string;
    };
    /** @description Page of a list. */
    Page_AdminEventInfo: {
      /** @description Entries of the page, in the order of the list. */
      data: {
        /** @example key.created */
        action: string;
        actorId: string;
        /**
         * @description Type of the actor: `user`, `key`, `client` or `system`.
         * @example user
         */
        actorKind: string;
        /** Format: date-time */
        createdAt: string;
        /** @description Action-specific fields. */
        detail: Record<string, never>;
        /** @description ID, `adm_…`. IDs sort by time. */
        id: string;
        /** @description Network of the caller. Null if it is unknown or was erased. */
        network?: string | null;
        /** @description Value of `X-Request-Id`. Empty for background jobs. */
        requestId: string;
        /** @description ID of the changed object. */
        subject: string;
      }[];
      /** @description Cursor of the next page, for the `cursor` parameter. Null on the last page. */
      nextCursor?: string | null;
    };
    /** @description Page of a list. */
    Page_KeyedHeadInfo: {
      /** @description Entries of the page, in the order of the list. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description Head: SHA-256, lower-case hexadecimal. */
        head: string;
        /**
         * @description Version of the server's key.
         * @example s1
         */
        key: string;
        /** @description HMAC-SHA-256 over workspace, sequence number, head and time, lower-case hexadecimal. */
        mac: string;
        /**
         * Format: int64
         * @description Sequence number of the head.
         */
        seq: number;
      }[];
      /** @description Cursor of the next page, for the `cursor` parameter. Null on the last page. */
      nextCursor?: string | null;
    };
    /** @description Page of a list. */
    Page_KeyInfo: {
      /** @description Entries of the page, in the order of the list. */
      data: {
        /** @description Networks from which the key can be used. Empty: all networks. */
        allow: string[];
        /** Format: date-time */
        createdAt: string;
        /** @description ID of the person who created the key. */
        createdBy: string;
        /**
         * Format: date-time
         * @description Expiry time.
         */
        expiresAt?: string | null;
        /**
         * @description ID: the public part of the key.
         * @example AbCd5678wxyz
         */
        id: string;
        /**
         * @description Type of key: `live`, `test` or `sk` (a workspace key).
         * @example live
         */
        kind: string;
        /**
         * Format: date-time
         * @description Time of the last use, accurate to one minute.
         */
        lastUsedAt?: string | null;
        /** @description ID of the key that created this key. Null if a person created it. */
        madeByKey?: string | null;
        /**
         * @description Shortened text of the key, for display in lists.
         * @example lbl_live_AbCd…wxyz
         */
        masked: string;
        /** @description Name for people. */
        name: string;
        /** @description ID of the key that replaced this key. */
        replacedBy?: string | null;
        /** Format: date-time */
        revokedAt?: string | null;
        /** @description Role of a workspace key. */
        role?: string | null;
        /** @description ID of the key that this key replaced. */
        rotatedFrom?: string | null;
        /** @description Scopes of a live or test key. */
        scopes?: string[] | null;
      }[];
      /** @description Cursor of the next page, for the `cursor` parameter. Null on the last page. */
      nextCursor?: string | null;
    };
    /** @description Page of a list. */
    Page_MemberInfo: {
      /** @description Entries of the page, in the order of the list. */
      data: {
        /**
         * Format: date-time
         * @description Time at which the person joined.
         */
        createdAt: string;
        /**
         * Format: date-time
         * @description Time at which access was removed.
         */
        disabledAt?: string | null;
        email: string;
        /** @description ID of the person, `usr_…`. */
        id: string;
        name: string;
        /** @example labeler */
        role: string;
      }[];
      /** @description Cursor of the next page, for the `cursor` parameter. Null on the last page. */
      nextCursor?: string | null;
    };
    /** @description Page of a list. */
    Page_RequestInfo: {
      /** @description Entries of the page, in the order of the list. */
      data: {
        /** @description ID of the key, client or person. */
        actorId: string;
        /**
         * @description Type of the caller: `key`, `client` or `user`.
         * @example key
         */
        actorKind: string;
        /**
         * @description Current name of the key, client or person. Null if it no longer exists.
         * @example Website
         */
        actorName?: string | null;
        /** Format: date-time */
        createdAt: string;
        /** Format: int32 */
        latencyMs: number;
        livemode: boolean;
        /** @example POST */
        method: string;
        /**
         * @description Network of the caller: the stored part of the address.
         * @example 192.0.2.0/24
         */
        network?: string | null;
        /** @description Value of `X-Request-Id`. */
        requestId: string;
        /**
         * @description Route template. `unknown` for a path that is not an endpoint.
         * @example /api/v1/assets/{id}
         */
        route: string;
        /**
         * Format: int64
         * @description Sequence number. Later calls have greater numbers.
         */
        seq: number;
        /**
         * Format: int32
         * @example 200
         */
        status: number;
      }[];
      /** @description Cursor of the next page, for the `cursor` parameter. Null on the last page. */
      nextCursor?: string | null;
    };
    /** @description Result of `navigator.credentials.get()`, with binary values in base64url. */
    PasskeyAssertion: {
      authenticatorData: string;
      clientDataJSON: string;
      /** @description ID of the credential. */
      id: string;
      signature: string;
      /** @description User handle of the passkey. */
      userHandle: string;
    };
    /** @description Passkey of the person. */
    PasskeyInfo: {
      /** @description Whether the passkey is backed up, for example synchronised to other devices. */
      backedUp: boolean;
      /** Format: date-time */
      createdAt: string;
      /** @description ID of the credential, base64url. */
      id: string;
      /** Format: date-time */
      lastUsedAt?: string | null;
      name: string;
    };
    /** @description Result of `navigator.credentials.create()`, with binary values in base64url. */
    PasskeyRegistration: {
      attestationObject: string;
      clientDataJSON: string;
      /** @description Name for people, 1 to 100 characters. */
      name: string;
    };
    /** @description Current and new password. */
    PasswordChange: {
      /** Format: password */
      currentPassword: string;
      /**
       * Format: password
       * @description New password, 8 to 256 characters.
       */
      newPassword: string;
    };
    /** @description A person. */
    Person: {
      /** @description E-mail address used to sign in. */
      email: string;
      /** @description ID, `usr_…`. */
      id: string;
      /** @description Name for people. */
      name: string;
    };
    /** @description Position in the chain. */
    PositionInfo: {
      /** @description Head at this position: SHA-256, lower-case hexadecimal. */
      head: string;
      /**
       * Format: int64
       * @description Sequence number of the link. 0 before the first link.
       */
      seq: number;
    };
    /** @description Layer that was applied before the upload. */
    PreAppliedLayer:
      | {
          /** @enum {string} */
          kind: 'watermark';
          /** @description Payload of the watermark, for example `wm_…`. */
          payloadId: string;
        }
      | {
          /**
           * Format: double
           * @description Height of the printed glyphs of the smallest script, divided by the shorter side of the image; above 0 and
           *     at most 1.
           */
          inkHeightRatio?: number | null;
          /** @enum {string} */
          kind: 'overlay';
          /** @description Corner of the image. */
          position: components['schemas']['OverlayCorner'];
          /** @description Text of the label. */
          text: string;
        };
    /** @description Changes of the compliance profile. Null removes a value; absent fields stay unchanged. `aiSystemVersion` requires `aiSystem`. */
    ProfileChange: {
      /** @description Name of the AI system (22757.3(a)(1)(B)), 1 to 200 characters. */
      aiSystem?: string | null;
      /** @description Version of the AI system, 1 to 200 characters. */
      aiSystemVersion?: string | null;
      /** @description Chinese provider code: `001`, `1`, a valid unified social credit code of 18 characters, and 5 more characters. */
      producerCode?: string | null;
      /** @description Name of the provider of the AI system (California, 22757.3(a)(1)(A)), 1 to 200 characters. */
      provider?: string | null;
    };
    /** @description Default values for labels about the provider of the AI system. Options of a request take precedence. Null: no value. */
    ProfileDetail: {
      /**
       * @description Name of the AI system (22757.3(a)(1)(B)).
       * @example Painter
       */
      aiSystem?: string | null;
      /**
       * @description Version of the AI system.
       * @example 2.1
       */
      aiSystemVersion?: string | null;
      /**
       * @description Chinese provider code (GB 45438-2025, Annex E).
       * @example 001191110102MACQD9K64010000
       */
      producerCode?: string | null;
      /**
       * @description Name of the provider (California, 22757.3(a)(1)(A)).
       * @example ACME Imaging
       */
      provider?: string | null;
    };
    /** @description Contents and validation of the file's credentials. */
    Provenance: {
      /** @description Label of the active manifest. */
      activeManifest: string | null;
      /** @description Validity of the certificate over time. */
      certificateTime: components['schemas']['CertificateTime'];
      /** @description Reason for which the store could not be read. */
      error?: string | null;
      /** @description Intact, broken, unreadable or absent. */
      integrity: components['schemas']['Integrity'];
      /** @description The manifests: the active one, followed by those of its ingredients, each once. */
      manifests: components['schemas']['Manifest'][];
      /** @description Signer of the active manifest. */
      signer: components['schemas']['Signer'] | null;
      /** @description Thumbnails of all manifests, in the order of the store. */
      thumbnails?: components['schemas']['ThumbnailInfo'][];
      /** @description The time stamp over the active manifest's signature. */
      timeStamp: components['schemas']['TimeStamp'] | null;
      /** @description Statuses of the active manifest. */
      validation: components['schemas']['Validation'];
    };
    /** @description Public facts about a labelled file. */
    PublicFacts: {
      /** @description Labels of the assertions in the manifest. */
      assertions?: string[];
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType?: string;
      /** @description Whether the manifest reserves the content from AI training and data mining ("do not train"). */
      dntEnabled?: boolean;
      /**
       * @description Media type of the file.
       * @example image/jpeg
       */
      mime?: string;
      /** @description Type of media. */
      modality?: components['schemas']['ModalityName'];
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset?: string;
      /** @description Hash that matched. `output` takes precedence if both match. Absent if the request contained no hash. */
      sha256MatchedOn?: components['schemas']['MatchedOn'];
      /**
       * Format: date-time
       * @description Time of signing.
       * @example 2026-05-19T10:24:11.000Z
       */
      signedAt?: string;
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      signerFingerprint?: string;
      /**
       * Format: int64
       * @description Size of the labelled file in bytes.
       * @example 482311
       */
      sizeBytes?: number;
      /** @description Whether the image has a visible label. */
      visibleOverlay?: boolean;
      /**
       * @description Payload ID of the watermark, if there is one.
       * @example wm_abcdefghijklm
       */
      watermarkPayloadId?: string | null;
    };
    /** @description A question whose answer would settle an open rule. */
    Question: {
      /** @description Field of [`crate::Context`] that takes the answer, for example `isAi`. */
      answer: string;
      /** @description Possible answers; for a day, only `unknown`. */
      answers: string[];
      /** @description Information needed to answer it. */
      help?: components['schemas']['Message'] | null;
      /** @description ID of the question, for example `made-by-ai`. */
      id: string;
      /** @description The form of the answer. */
      kind: components['schemas']['QuestionKind'];
      /** @description Regions whose rules depend on the answer. */
      regions: components['schemas']['Region'][];
      /**
       * Format: uint32
       * @description Number of open rules that its answer would settle.
       */
      settles: number;
      /** @description Text of the question. */
      text: components['schemas']['Message'];
    };
    /** @description The form of an answer. */
    QuestionKind: 'yes-no' | 'day';
    /** @description Legal source of a requirement. */
    Reference: {
      /** @description The instrument: `Regulation (EU) 2024/1689`. */
      instrument: string;
      /** @description Article, section or clause. */
      provision: string;
      /** @description URL of a text of the instrument. */
      url?: string | null;
    };
    /** @description Body of law, judged separately. */
    Region:
      | 'eu'
      | 'california'
      | 'china'
      | 'washington'
      | 'utah'
      | 'connecticut'
      | 'kazakhstan'
      | 'vietnam'
      | 'india'
      | 'korea'
      | 'newYork';
    /**
     * @description Laws that a label must satisfy: the EU AI Act, California, China, or all of them.
     * @enum {string}
     */
    RegionPresetName: 'eu_strict' | 'california' | 'china' | 'global_minimum';
    /** @description One region's verdict with all its rules, in the order of their ids. */
    RegionVerdict: {
      /** @description Number of rules by weight and outcome. */
      counts: components['schemas']['Counts'];
      /** @description The days whose law was applied, one for each act, with the reasons. */
      days?: components['schemas']['LawDay'][];
      /** @description Common reason for which all deciding rules are open, if there is one. A report shows it once. */
      openReason?: components['schemas']['Message'] | null;
      /** @description Every rule of the region. */
      rules: components['schemas']['RuleResult'][];
      /** @description The verdict in a sentence that claims no more than is known. */
      sentence: components['schemas']['Message'];
      /** @description The verdict. */
      verdict: components['schemas']['Verdict'];
    };
    /** @description Watermarks. */
    ReportWatermarkReport: {
      /**
       * Format: double
       * @description Upper bound of the share of unmarked images in which a generator's watermark is found.
       */
      falsePositiveRate?: number | null;
      /** @description Watermarks that were decoded or that the manifest declares. */
      marks: components['schemas']['MarkReport'][];
      /** @description Watermarks in practical use that cannot be checked here. They must not be treated as absent. */
      notCheckable: string[];
      /** @description Reason why the pixels were not searched. */
      notProbed?: string | null;
      /**
       * @description Changes to the image after which Labeler's own watermark was not searched for. If present, the image can still
       *     contain a watermark. Absent if the search was complete or found a watermark.
       */
      notSearched?: string | null;
      /** @description Whether the pixels were searched. If not, watermarks may be present. */
      probed: boolean;
    };
    /** @description Logged call. */
    RequestInfo: {
      /** @description ID of the key, client or person. */
      actorId: string;
      /**
       * @description Type of the caller: `key`, `client` or `user`.
       * @example key
       */
      actorKind: string;
      /**
       * @description Current name of the key, client or person. Null if it no longer exists.
       * @example Website
       */
      actorName?: string | null;
      /** Format: date-time */
      createdAt: string;
      /** Format: int32 */
      latencyMs: number;
      livemode: boolean;
      /** @example POST */
      method: string;
      /**
       * @description Network of the caller: the stored part of the address.
       * @example 192.0.2.0/24
       */
      network?: string | null;
      /** @description Value of `X-Request-Id`. */
      requestId: string;
      /**
       * @description Route template. `unknown` for a path that is not an endpoint.
       * @example /api/v1/assets/{id}
       */
      route: string;
      /**
       * Format: int64
       * @description Sequence number. Later calls have greater numbers.
       */
      seq: number;
      /**
       * Format: int32
       * @example 200
       */
      status: number;
    };
    /** @description Account whose password is reset. */
    ResetRequest: {
      /**
       * @description E-mail address of the account.
       * @example ada@example.eu
       */
      email: string;
    };
    /** @description Token of the link and the new password. */
    ResetUse: {
      /**
       * Format: password
       * @description New password, 8 to 256 characters.
       */
      password: string;
      /** @description Token at the end of the link. */
      token: string;
    };
    /** @description Role whose duties are judged. The report contains the answered role. */
    Role: 'provider' | 'deployer' | 'platform' | 'hostingPlatform' | 'captureDeviceMaker';
    /** @description New role of a member. */
    RoleChange: {
      /**
       * @description `api-user`, `viewer`, `labeler`, `dashboard_editor`, `member`, `admin` or `owner`. Cannot exceed the caller's
       *     own role.
       * @example labeler
       */
      role: string;
    };
    /** @description Options of a rotation. */
    Rotation: {
      /**
       * Format: int32
       * @description Number of seconds for which the old key continues to work: 0 (not at all) to 2,592,000 (30 days). Default:
       *     86,400 (one day).
       * @example 86400
       */
      overlapSeconds?: number | null;
    };
    /**
     * @description Outcomes of one rubric. Checks without a finding (an absent signal, nothing to examine) are counted but not listed,
     *     because the three rubrics have about a hundred checks.
     */
    RubricOutcomes: {
      /** @description Checks with a result, in the rubric's order. */
      checks: components['schemas']['CheckOutcome'][];
      /** @description Date of issue, RFC 3339. */
      date: string;
      /**
       * Format: uint
       * @description Number of checks that failed, warned, or could not be evaluated.
       */
      failed: number;
      /** @description Issuer. */
      issuer: string;
      /** @description Title. */
      name: string;
      /**
       * Format: uint
       * @description Number of checks that passed.
       */
      passed: number;
      /** @description Version of the rubric. */
      version: string;
    };
    /** @description One rule applied to one file. */
    RuleResult: {
      /** @description Ids of the questions that would settle it ([`Judgement::questions`]). */
      asks?: string[];
      /** @description Facts on which the outcome is based. */
      evidence?: components['schemas']['Citation'][];
      /** @description How to fix a failed outcome. */
      fix?: components['schemas']['Message'] | null;
      /** @description ID of the rule, for example `EU-01`. */
      id: string;
      /** @description The day whose law was applied. */
      lawDay: string;
      /** @description The reason for the outcome. */
      message: components['schemas']['Message'];
      /** @description Limits and warnings that do not change the outcome. */
      notes?: components['schemas']['Message'][];
      /** @description The outcome. */
      outcome: components['schemas']['Outcome'];
      /** @description Legal source, in the version in force on the day. */
      reference: components['schemas']['Reference'];
      /** @description The body of law. */
      region: components['schemas']['Region'];
      /** @description The requirement, quoted or summarised. */
      requirement: string;
      /** @description Information that would settle an undetermined outcome. */
      settles?: components['schemas']['Message'] | null;
      /** @description Its weight for this file, date and role. */
      severity: components['schemas']['Severity'];
      /** @description Reason why the weight differs from the usual weight of the rule. */
      severityReason?: components['schemas']['Message'] | null;
      /** @description Short name of the rule. */
      title: string;
      /** @description Explanation of the outcome. */
      trace?: components['schemas']['Trace'] | null;
      /** @description First day of that version. */
      validFrom: string;
      /** @description Last day of that version, if there is one. */
      validUntil?: string | null;
    };
    /** @description Versions of the rules that judged. */
    RuleSet: {
      /** @description The day up to which changes of the law are included. */
      date: string;
      /** @description The law packs that judged. */
      packs?: components['schemas']['PackInfo'][];
      /** @description Version of the rule set. */
      version: string;
    };
    /**
     * @description Location of the signed law packs that the operator configured. Both fields are null if the service uses the law
     *     packs of this version.
     */
    RulesInfo: {
      /**
       * @description Ed25519 public key of the signer: PEM, or 64 hexadecimal digits.
       * @example 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1
       */
      publicKey?: string | null;
      /**
       * @description Path of the signed set on this site, or the set itself as JSON, which starts with `{`.
       * @example /rules/packs.json
       */
      signedSet?: string | null;
    };
    /**
     * @description Scope of a key or client: what it may do.
     * @enum {string}
     */
    ScopeName: 'label' | 'assets' | 'certificates' | 'check' | 'verify';
    /** @description Client secret, without its text. */
    SecretInfo: {
      /** Format: date-time */
      createdAt: string;
      /** @description ID, `sec_…`. */
      id: string;
    };
    /** @description Session of the person. */
    SessionEntry: {
      /** Format: date-time */
      createdAt: string;
      /** @description Whether this is the session of the request. */
      current: boolean;
      /**
       * Format: date-time
       * @description Time at which the session expires.
       */
      expiresAt: string;
      /** @description ID of the session, for `DELETE /api/v1/sessions/{id}`. */
      id: string;
      /**
       * Format: date-time
       * @description Time of the last use, accurate to one minute.
       */
      lastSeenAt: string;
      /** @description Browser, as named in its `User-Agent` header. */
      userAgent: string;
      /** @description ID of the current workspace of the session. */
      workspaceId: string;
    };
    /** @description Session of a person in a workspace. */
    SessionInfo: {
      /**
       * Format: date-time
       * @description Time at which the session expires.
       * @example 2026-06-15T10:30:00.000Z
       */
      expiresAt: string;
      /**
       * @description Whether the workspace requires a passkey that this session has not yet used. Until then the session can only
       *     authenticate with a passkey, register a first passkey, switch to another workspace or end.
       */
      passkeyRequired: boolean;
      /**
       * @description Role of the person in this workspace.
       * @example owner
       */
      role: string;
      /** @description Signed-in person. */
      user: components['schemas']['Person'];
      /** @description Current workspace of the session. */
      workspace: components['schemas']['WorkspaceInfo'];
    };
    /** @description Weight of a rule in the region's verdict. */
    Severity: 'required' | 'recommended' | 'informational';
    /**
     * @description Content of a label. File name and digest are derived from the file.
     * @example {
     *       "digitalSourceType": "trainedAlgorithmicMedia",
     *       "regionPreset": "eu_strict",
     *       "signingMode": "managed",
     *       "dntEnabled": true,
     *       "preApplied": []
     *     }
     */
    SharedLabelOptions: {
      /** @description Name of the AI system (22757.3(a)(1)(B)), 1 to 200 characters. */
      aiSystem?: string | null;
      /** @description Version of the AI system, 1 to 200 characters. */
      aiSystemVersion?: string | null;
      /** @description Origin of the content. */
      digitalSourceType: components['schemas']['DigitalSourceTypeName'];
      /** @description Whether to reserve the content from AI training and data mining ("do not train"). */
      dntEnabled: boolean;
      /** @description Whether to omit the file name from the manifest. */
      neutralTitle?: boolean | null;
      /** @description Layers that are already in the pixels, at most 4. */
      preApplied?: components['schemas']['PreAppliedLayer'][] | null;
      /** @description Chinese provider code: `001`, `1`, a valid unified social credit code of 18 characters, and 5 more characters. */
      producerCode?: string | null;
      /** @description Name of the provider of the AI system (California, 22757.3(a)(1)(A)), 1 to 200 characters. */
      provider?: string | null;
      /** @description Laws that the label must satisfy. */
      regionPreset: components['schemas']['RegionPresetName'];
      /** @description Certificate that signs: of the operator or of the workspace. */
      signingMode: components['schemas']['SigningModeName'];
    };
    /** @description One signal. */
    Signal: {
      /** @description Place where it was found. */
      site?: components['schemas']['Site'] | null;
      /** @description Whether it is present. */
      state: components['schemas']['SignalState'];
      /** @description Its value, if it has one. */
      value?: string | null;
    };
    /** @description Presence of a signal. */
    SignalState: 'found' | 'absent' | 'unknown';
    /** @description Signed head of the chain. */
    SignedHead: {
      /** @description Head: SHA-256, lower-case hexadecimal. */
      head: string;
      /** Format: date-time */
      issuedAt: string;
      /**
       * @description Compact JWS (ES256, type `audit-head+jwt`) with the claims `iss`, `sub` (the workspace), `seq`, `head` and
       *     `iat`.
       */
      jws: string;
      /**
       * @description Public key that verifies the signature, as a JWK. Store it with the signature: `/oauth2/jwks` contains a key
       *     only while it signs tokens and for one hour afterwards.
       */
      publicKey: Record<string, never>;
      /**
       * Format: int64
       * @description Sequence number of the head. 0 before the first link.
       */
      seq: number;
      workspaceId: string;
    };
    /** @description The active manifest's signer, as its leaf certificate names it. */
    Signer: {
      /** @description COSE algorithm, for example `es256`. */
      algorithm: string | null;
      /** @description Subject common name. */
      commonName: string | null;
      /** @description Whether the chain is a development chain of this product, which no list contains. */
      development: boolean;
      /** @description `SHA256:` and the base64 digest of the leaf. */
      fingerprint: string | null;
      /** @description Issuer: organisation, else common name. */
      issuer: string | null;
      /** @description End of the leaf's validity, RFC 3339. */
      notAfter: string | null;
      /** @description Start of the leaf's validity, RFC 3339. */
      notBefore: string | null;
      /** @description Subject organisation. */
      organization: string | null;
      /** @description Whether subject and issuer are the same. */
      selfSigned: boolean;
      /** @description The list that contains this signer, if any. */
      trustedBy: components['schemas']['TrustListInfo'] | null;
    };
    /** @description Signer. */
    SignerFacts: {
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      fingerprint: string;
    };
    /** @description Signing certificate, without its key. */
    SigningCertificateInfo: {
      /** @description Whether this certificate is in use. */
      active: boolean;
      /** @example es256 */
      algorithm: string;
      /** Format: date-time */
      createdAt: string;
      /** @example SHA256:Ab1Cd2 */
      fingerprint: string;
      /** @description ID, `crt_…`. */
      id: string;
      /** Format: date-time */
      notAfter: string;
      /** Format: date-time */
      notBefore: string;
      subject: string;
    };
    /**
     * @description Certificate that signs. `managed`: the operator's certificate. `byoc`: the workspace's own certificate.
     * @enum {string}
     */
    SigningModeName: 'managed' | 'byoc';
    /** @description Where in the file a fact was found. */
    Site: {
      /**
       * @description Description of the place for people: `PNG iTXt XML:com.adobe.xmp`, `manifest urn:c2pa:… / c2pa.actions.v2`.
       * @default
       */
      location: string;
      /**
       * Format: uint64
       * @description Offset in bytes from the start of the file, where the fact has one.
       */
      offset?: number | null;
    };
    /** @description A `c2pa.soft-binding` assertion: a declared watermark or fingerprint. */
    SoftBinding: {
      /** @description Algorithm name of the C2PA soft binding algorithm list. */
      alg: string;
      /** @description Value of the first block, as text or hex. */
      value?: string | null;
    };
    /** @description Soft binding algorithm. */
    SoftBindingAlg: {
      /**
       * @description Name, as in `c2pa.soft-binding` assertions.
       * @example org.labeler.spread-spectrum.1
       */
      alg: string;
    };
    /** @description Supported algorithms, in the format of the C2PA specification. */
    SoftBindingAlgList: {
      /** @description Fingerprint algorithms. Always empty. */
      fingerprints: components['schemas']['SoftBindingAlg'][];
      /** @description Watermark algorithms. */
      watermarks: components['schemas']['SoftBindingAlg'][];
    };
    /** @description Matching manifest store. */
    SoftBindingMatch: {
      /**
       * @description ID of the active manifest, for `GET /manifests/{manifestId}`.
       * @example urn:c2pa:f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4
       */
      manifestId: string;
      /**
       * Format: int32
       * @description Strength of the match, 0 to 100. Always 100, because a watermark either matches or does not.
       * @example 100
       */
      similarityScore: number;
    };
    /** @description Soft binding. */
    SoftBindingQuery: {
      /**
       * @description Name of the soft binding algorithm. Only Labeler's own algorithm is supported.
       * @example org.labeler.spread-spectrum.1
       */
      alg: string;
      /**
       * @description Base64 of the payload ID, which consists of `wm_` and 13 base32 characters.
       * @example d21fYWJjZGVmZ2hpamtsbQ==
       */
      value: string;
    };
    /** @description Result of a look-up, in the format of the C2PA specification. */
    SoftBindingQueryResult: {
      /** @description Matches, oldest first. Empty if no kept manifest store matches. */
      matches: components['schemas']['SoftBindingMatch'][];
    };
    /** @description A named piece of software. */
    Software: {
      /** @description Product name. */
      name: string;
      /** @description Version, if stated. */
      version?: string | null;
    };
    /** @description Reliability of a piece of evidence, weakest first. */
    Standing: 'statedByYou' | 'statedUnsigned' | 'intact' | 'seen' | 'verified';
    /** @description One validation status of the engine, verbatim (C2PA 2.2, 15.2). */
    Status: {
      /** @description For example `assertion.dataHash.mismatch`. */
      code: string;
      /** @description Explanation by the engine. */
      explanation?: string | null;
      /** @description JUMBF URI of the subject of the status. */
      url?: string | null;
    };
    /** @description Target workspace. */
    Switch: {
      /** @description ID of the workspace, `ws_…`. */
      workspaceId: string;
    };
    /** @description Number of rules with each outcome. */
    Tally: {
      /**
       * Format: uint32
       * @description Rules that fail.
       */
      fail: number;
      /**
       * Format: uint32
       * @description Rules that do not apply.
       */
      notApplicable: number;
      /**
       * Format: uint32
       * @description Rules that pass.
       */
      pass: number;
      /**
       * Format: uint32
       * @description Open rules.
       */
      undetermined: number;
    };
    /** @description Text field of the container. */
    TextEntry: {
      /** @description Name of the field, see [`TextKind`]. */
      key: string;
      /** @description Kind of field. */
      kind: components['schemas']['TextKind'];
      /** @description Place of the text. */
      location: components['schemas']['Location'];
      /** @description Whether the value was cut. */
      truncated: boolean;
      /** @description Value, cut to [`crate::Limits::max_text`] bytes. */
      value: string;
    };
    /** @description Kind of field that a text entry was read from. */
    TextKind:
      | 'pngText'
      | 'jpegComment'
      | 'jpegSegment'
      | 'gifComment'
      | 'id3'
      | 'riffInfo'
      | 'riffChunk'
      | 'mp4'
      | 'vorbis'
      | 'matroska'
      | 'pdfInfo'
      | 'samsungTrailer'
      | 'svg'
      | 'flv'
      | 'documentProperty'
      | 'frontMatter';
    /** @description A thumbnail in the store. Reports do not contain its bytes; see [`crate::thumbnails`]. */
    ThumbnailInfo: {
      /** @description Label of its assertion, for example `c2pa.thumbnail.claim`. */
      assertion: string;
      /** @description MIME type, as stated. */
      format: string;
      /** @description Label of the manifest that holds it. */
      manifest: string;
      /**
       * Format: uint64
       * @description Size in bytes.
       */
      sizeBytes: number;
    };
    /** @description An RFC 3161 time stamp over the claim signature. */
    TimeStamp: {
      /** @description Stated time in RFC 3339 format, if the engine could read it. */
      time: string | null;
      /** @description Whether the time-stamping authority is on the C2PA time-stamping trust list. */
      trusted: boolean;
      /** @description Whether the token is well-formed and covers this signature. */
      valid: boolean;
    };
    /** @description Access token: response of the token endpoint. Sent with `Cache-Control: no-store`. */
    TokenAnswer: {
      access_token: string;
      /**
       * Format: int64
       * @description Lifetime of the token in seconds.
       * @example 600
       */
      expires_in: number;
      /** @description Granted scopes, separated by spaces. */
      scope: string;
      /** @example Bearer */
      token_type: string;
    };
    /** @description Token request. Also contains the client credentials, unless the client uses `client_secret_basic`. */
    TokenForm: {
      /**
       * @description Always `client_credentials`.
       * @example client_credentials
       */
      grant_type: string;
      /** @description Requested scopes, separated by spaces. Default: all scopes of the client. */
      scope?: string | null;
    };
    /** @description Token to revoke or introspect. Also contains the client credentials, unless the client uses `client_secret_basic`. */
    TokenOnly: {
      token: string;
      /** @description Ignored: there is only one type of token. */
      token_type_hint?: string | null;
    };
    /** @description Explanation of an outcome: the deciding row of the rule's table, and the facts in its condition. */
    Trace: {
      /** @description Key of the deciding row and of its message. */
      case: string;
      /** @description The facts in its condition. */
      facts?: components['schemas']['TraceFact'][];
      /** @description Unknown facts because of which earlier rows did not apply. */
      unknown?: string[];
    };
    /** @description Fact that a condition refers to. */
    TraceFact: {
      /** @description Its name in the table of facts, or the id of a rule. */
      name: string;
      /** @description Its value for this file: `yes`, `no`, `unknown`, `absent`, or the value itself. */
      value: string;
    };
    /** @description An entry of a training-mining assertion, either label. */
    TrainingMining: {
      /** @description Label of the assertion: `cawg.training-mining` or `c2pa.training-mining`. */
      assertion: string;
      /** @description Text of a constraint. */
      constraintInfo?: string | null;
      /** @description For example `cawg.ai_generative_training`. */
      entry: string;
      /** @description `allowed`, `notAllowed` or `constrained`. */
      use: string;
    };
    /** @description Identification of a trust list in reports. */
    TrustListInfo: {
      /** @description Date of issue or snapshot, ISO 8601 (`2026-09-24`). */
      date: string;
      /** @description Stable id, for example `c2pa`. */
      id: string;
      /** @description Name for people. */
      name: string;
      /** @description Place of publication. */
      source: string;
    };
    /** @description Usage of the current month. */
    UsageInfo: {
      /**
       * Format: int64
       * @description Monthly quota of live labels. Null if there is no limit.
       * @example 25
       */
      allowed?: number | null;
      /**
       * @description Calendar month in UTC.
       * @example 2026-05
       */
      month: string;
      /**
       * @description Plan of the workspace.
       * @example free
       */
      plan: string;
      /**
       * Format: date-time
       * @description Start of the next month.
       */
      resetsAt: string;
      /**
       * Format: int64
       * @description Number of live labels in this month.
       * @example 7
       */
      used: number;
    };
    /** @description Validation statuses of one manifest. */
    Validation: {
      /** @description Failed checks. */
      failure: components['schemas']['Status'][];
      /** @description Informational results. */
      informational: components['schemas']['Status'][];
      /** @description Successful checks. */
      success: components['schemas']['Status'][];
    };
    /** @description The verdict of a region. */
    Verdict: 'pass' | 'fail' | 'undetermined' | 'notApplicable';
    /** @description Address at which anyone can verify the file. */
    Verification: {
      /**
       * @description URL of the verification page for the hash of the file.
       * @example https://labeler.eu/verify#d4e5f6
       */
      url: string;
    };
    /** @description Verification report with the ID of the request. */
    VerifyAnswer: {
      /** @description Verification report. */
      data: components['schemas']['VerifyReport'];
      /**
       * @description Value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Form of a verification request. */
    VerifyForm: {
      /**
       * Format: binary
       * @description File to verify. Accepts the types and sizes of `POST /check`.
       */
      file: string;
    };
    /** @description Result of a hash look-up with the ID of the request. */
    VerifyHashAnswer: {
      /** @description Result of the look-up. */
      data: components['schemas']['HashReport'];
      /**
       * @description Value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Result of a verification: state of the content credentials, and whether this platform labelled the file. */
    VerifyReport: {
      c2pa: components['schemas']['Provenance'];
      /** @description Name of the file, if it was given. */
      filename?: string | null;
      iptc: components['schemas']['IptcSummary'];
      /**
       * @description Media type, determined from the content.
       * @example image/jpeg
       */
      mime: string;
      /**
       * @description Type of media.
       * @example image
       */
      modality: string;
      /** @description SHA-256 of the file, lower-case hexadecimal. */
      sha256: string;
      /**
       * @description `output` if the file was labelled here, `input` if it is the original of a labelled file and has no label
       *     itself. Absent if the file is not in the audit log.
       */
      sha256MatchedOn?: components['schemas']['MatchedOn'];
      /** @description Whether the audit log contains this file, either as labelled or as the original. */
      signedByPlatform: boolean;
    };
    /** @description Irregularity in the file's structure. */
    Warning: {
      /** @description Kind, for programs. */
      kind: components['schemas']['WarningKind'];
      /** @description Place, if there is one. */
      location: components['schemas']['Location'] | null;
      /** @description One sentence in English, for people. */
      message: string;
    };
    /** @description Warning. */
    WarningEntry: {
      /**
       * @description Stable, machine-readable code.
       * @example development_certificate
       */
      code: string;
      /** @description Description for people. The text can change. */
      message: string;
    };
    /** @description Kind of a warning. */
    WarningKind:
      'truncated' | 'trailingData' | 'malformed' | 'limit' | 'unread' | 'misplaced' | 'duplicate' | 'damaged';
    /** @description Result of a watermark look-up with the ID of the request. */
    WatermarkAnswer: {
      /** @description Result of the look-up. */
      data: components['schemas']['WatermarkReport'];
      /**
       * @description Value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Watermark keys of the workspace, without the keys themselves. */
    WatermarkKeyDetail: {
      /** @description Earlier keys, newest first, at most 7. Watermarks that were written with them can still be read. */
      earlier: components['schemas']['WatermarkKeyEntry'][];
      inUse?: components['schemas']['WatermarkKeyEntry'] | null;
    };
    /** @description Watermark key, without its bytes. */
    WatermarkKeyEntry: {
      /**
       * Format: date-time
       * @description Time of the upload.
       */
      createdAt: string;
      /**
       * @description Fingerprint: the first 8 hexadecimal digits of the SHA-256 of the key.
       * @example 3f79bb7b
       */
      fingerprint: string;
    };
    /** @description New watermark key. */
    WatermarkKeyUpload: {
      /**
       * Format: password
       * @description 32 random bytes as 64 hexadecimal digits. The key is encrypted before it is stored and never returned.
       * @example 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
       */
      key: string;
    };
    /** @description Labelled files that contain a watermark. */
    WatermarkReport: {
      /**
       * @description Labelled files, oldest first, at most 20. The watermark was created for the oldest. Later files already
       *     contained it when they were labelled.
       */
      assets: components['schemas']['PublicFacts'][];
      /**
       * @description Requested payload ID.
       * @example wm_abcdefghijklm
       */
      payloadId: string;
    };
    /** @description Changes of the workspace. Absent fields stay unchanged. */
    WorkspaceChange: {
      checkDefaults?: components['schemas']['CheckDefaults'] | null;
      complianceProfile?: components['schemas']['ProfileChange'] | null;
      /** @description Storage of file names: `store`, `pseudonymise` or `drop`. */
      fileNames?: string | null;
      /**
       * @description Whether manifest stores of live labels are kept. `false` also deletes those that are stored.
       * @example true
       */
      keepManifests?: boolean | null;
      /**
       * Format: int32
       * @description Retention of manifest stores in days, 1 to 3650. Applies to files labelled from now on.
       * @example 3650
       */
      manifestDays?: number | null;
      /**
       * @description Name, 1 to 100 characters.
       * @example Studio
       */
      name?: string | null;
      /**
       * Format: int32
       * @description Retention of the request log in days, 1 to 3650. Applies to requests logged from now on.
       * @example 90
       */
      requestLogDays?: number | null;
      /**
       * @description Required sign-in: `password` or `passkey`. Only people can change it, with a recent proof of identity; to
       *     `passkey` only in a session that has used one.
       */
      signIn?: string | null;
    };
    /** @description Workspace with its settings. */
    WorkspaceDetail: {
      /** @description Default options of checks. Options of a request take precedence. */
      checkDefaults: components['schemas']['CheckDefaults'];
      /** @description Default values for labels about the provider. Options of a request take precedence. */
      complianceProfile: components['schemas']['ProfileDetail'];
      /**
       * @description Storage of file names of files labelled from now on: `store`, `pseudonymise` or `drop`.
       * @example store
       */
      fileNames: string;
      /** @description ID, `ws_…`. */
      id: string;
      /**
       * @description Whether manifest stores of live labels are kept, so that they can be recovered by the watermark of a file.
       * @example true
       */
      keepManifests: boolean;
      /**
       * Format: int32
       * @description Retention of manifest stores of files labelled from now on, in days.
       * @example 3650
       */
      manifestDays: number;
      name: string;
      /** @example free */
      plan: string;
      /**
       * Format: int32
       * @description Retention of requests logged from now on, in days.
       * @example 90
       */
      requestLogDays: number;
      /**
       * @description Required sign-in of people in this workspace: `password` (a password or a passkey) or `passkey` (a passkey,
       *     alone or after a password).
       * @example password
       */
      signIn: string;
    };
    /** @description Confirmation of the erasure. */
    WorkspaceErasure: {
      /**
       * @description Name of the workspace.
       * @example Former studio
       */
      confirm: string;
    };
    /** @description Workspace. */
    WorkspaceInfo: {
      /** @description ID, `ws_…`. */
      id: string;
      /** @description Name for people. */
      name: string;
      /**
       * @description Plan of the workspace.
       * @example free
       */
      plan: string;
    };
    /** @description One XMP packet. */
    XmpPacket: {
      /** @description Place of the packet. For extended XMP: the first segment. */
      location: components['schemas']['Location'];
      /** @description All simple values in document order. */
      properties: components['schemas']['XmpProperty'][];
      /**
       * @description Whether the XMP specification (ISO 16684-1 part 3) gives this place for the format. Midjourney's PNG `tEXt`
       *     is an example of the contrary.
       */
      standardPlace: boolean;
    };
    /** @description Simple value of a packet. */
    XmpProperty: {
      /** @description `xml:lang` of an alternative. */
      lang: string | null;
      /** @description Local name of the property or structure field itself. */
      name: string;
      /** @description Namespace URI of the property or structure field itself. */
      namespace: string;
      /** @description Path of the structure it is a field of; `None` for properties of the resource itself. */
      parent: string | null;
      /**
       * @description Path from the packet's root with the usual prefixes, array items counted from 1:
       *     `xmpMM:History[2]/stEvt:softwareAgent`.
       */
      path: string;
      /** @description Value, without white space at its ends. */
      value: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
