// Generated from crates/api/openapi.json: `npm run types` in web/ writes it anew.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description The link, and for somebody new who they are. For an invitation without an address, somebody new gives the address only. */
    Acceptance: {
      /** @description Who is not signed in makes an account: address, name and password are required then. */
      email?: string | null;
      name?: string | null;
      /**
       * Format: password
       * @description 8 to 256 characters.
       */
      password?: string | null;
      /** @description What the link ends in. */
      token: string;
    };
    /** @description Confirms what is erased. */
    AccountErasure: {
      /**
       * Format: email
       * @description The person's own e-mail address.
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
      /** @description The software that did it. A toolkit is not the AI system, so this is never filled from the claim generator. */
      softwareAgent?: components['schemas']['Software'] | null;
      /** @description When it happened, as stated. */
      when?: string | null;
    };
    /** @description A change. */
    AdminEventInfo: {
      /** @example key.created */
      action: string;
      actorId: string;
      /**
       * @description `user`, `key`, `client` or `system`.
       * @example user
       */
      actorKind: string;
      /** Format: date-time */
      createdAt: string;
      /** @description Further facts, by action. */
      detail: Record<string, never>;
      /** @description `adm_…`, sorts by time. */
      id: string;
      /** @description The caller's network, unless it is unknown or was erased. */
      network?: string | null;
      /** @description The value of `X-Request-Id`; empty for a job. */
      requestId: string;
      /** @description Id of what was changed. */
      subject: string;
    };
    /** @description What was found for and against AI, before any rule is applied. */
    AiClaim: {
      /** @description Whether the asker says yes (the file may say nothing). */
      asserted: boolean;
      /** @description Pairs of statements that cannot both be true. */
      contradictions?: components['schemas']['Contradiction'][];
      /** @description The statements, strongest first. */
      evidence: components['schemas']['Citation'][];
      /** @description The upshot. */
      state: components['schemas']['AiClaimState'];
    };
    /** @description Whether anything says that AI made or altered the content. */
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
      /** @description `PropagateID`: its number for the content. */
      propagateId: string | null;
      /** @description `ReservedCode1`: the provider's own use, for integrity. */
      reservedCode1: string | null;
      /** @description `ReservedCode2`: its own use, for integrity. */
      reservedCode2: string | null;
    };
    /** @description Meaning of `Label` (Annex E c). */
    AigcMeaning: 'is' | 'mayBe' | 'suspected';
    /** @description Shape of a label's value. */
    AigcShape: 'bare' | 'wrapped' | 'doubleEncoded' | 'nonStandard' | 'notJson';
    /** @description One place that holds, or tries to hold, the label. */
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
      /** @description Keys of Annex E that are missing, in its order. */
      missingKeys: string[];
      /** @description Keys of Annex E whose value is not a JSON string. */
      nonStringKeys: string[];
      /** @description Structure of `ContentProducer`. */
      producerCode: components['schemas']['CodeCheck'];
      /** @description Structure of `ContentPropagator`. */
      propagatorCode: components['schemas']['CodeCheck'];
      /** @description Value of the field, cut to 16 KiB. */
      raw: string;
      /** @description Keys that stand more than once; the first value counts here. */
      repeatedKeys: string[];
      /** @description Shape of the value. */
      shape: components['schemas']['AigcShape'];
      /** @description Whether a TC260 guide gives this place for the format. */
      standardPlace: boolean;
      /** @description Keys that Annex E does not know. */
      unknownKeys: string[];
    };
    /** @description How AI was involved in the content. */
    AiInvolvement: 'created' | 'altered' | 'unknown';
    /** @description An answer that may be missing. */
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
       * @description Assertions of the manifest; only in the single record.
       * @example [
       *       "c2pa.actions.v2",
       *       "c2pa.training-mining"
       *     ]
       */
      assertions?: string[] | null;
      /**
       * Format: date-time
       * @description When it was labelled.
       * @example 2026-05-16T10:30:00.000Z
       */
      createdAt: string;
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType: string;
      /** @description Whether "do not train" was written. */
      dntEnabled: boolean;
      /**
       * @description Name given in the options.
       * @example photo.jpg
       */
      filename: string;
      /**
       * @description Sorts by time.
       * @example evt_01k6z3t8q4x5v9n2b7c0d1e8f6
       */
      id: string;
      /**
       * @description Media type of the file.
       * @example image/jpeg
       */
      mime: string;
      /** @description Kind of medium. */
      modality: components['schemas']['ModalityName'];
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset: string;
      /** @description SHA-256 of the file received, lower-case hexadecimal. */
      sha256Input: string;
      /** @description SHA-256 of the file returned, lower-case hexadecimal. */
      sha256Output: string;
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      signerFingerprint: string;
      /**
       * Format: int64
       * @description Size of the file returned, in bytes.
       * @example 2048576
       */
      sizeBytes: number;
      /** @description Whether a visible label is on the picture. */
      visibleOverlay: boolean;
    };
    /** @description The form of a look-up. */
    AssetForm: {
      /**
       * Format: binary
       * @description The picture: JPEG, PNG, WebP, GIF or TIFF, at most 8 MB (8,000,000 bytes) and 2.5 million pixels.
       */
      file: string;
    };
    /** @description A page of labelling events. */
    AssetPage: {
      /** @description Newest first. */
      data: components['schemas']['Asset'][];
      /** @description Start of the next page, for `cursor`; null on the last page. */
      nextCursor?: string | null;
      /**
       * Format: int64
       * @description Events that match the filters, on all pages.
       * @example 42
       */
      total: number;
    };
    /** @description The act whose day decides which law applies. */
    AttachesTo: 'creation' | 'publication' | 'distribution';
    /**
     * Format: binary
     * @description A ZIP archive.
     */
    BatchArchive: string;
    /** @description `manifest.json` of the archive. */
    BatchManifest: {
      /** @description One row for each image, in the order in which they were sent. */
      results: components['schemas']['FileResult'][];
    };
    /** @description What was done to a file, by whose certificate. */
    Certificate: {
      compliance: components['schemas']['Compliance'];
      /**
       * @description The labelling event.
       * @example evt_01k6z3t8q4x5v9n2b7c0d1e8f6
       */
      eventId: string;
      file: components['schemas']['FileFacts'];
      hashes: components['schemas']['Hashes'];
      /**
       * Format: date-time
       * @description When the file was labelled.
       * @example 2026-05-16T10:30:00.000Z
       */
      issuedAt: string;
      /**
       * Format: int32
       * @description Version of this shape.
       * @example 1
       */
      schemaVersion: number;
      signer: components['schemas']['SignerFacts'];
      verification: components['schemas']['Verification'];
    };
    /** @description A certificate and the id of the request that asked for it. */
    CertificateAnswer: {
      data: components['schemas']['Certificate'];
      /**
       * @description The value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description The certificate's validity at the time that counts: the trusted time stamp's, else now. */
    CertificateTime: 'unknown' | 'in_time' | 'expired' | 'not_yet_valid';
    /** @description A chain and its key. */
    CertificateUpload: {
      /** @description PEM, leaf first. */
      chain: string;
      /**
       * Format: password
       * @description Unencrypted PKCS#8, PEM. It is sealed before it is stored and never shown again.
       */
      key: string;
    };
    /** @description Result of a check. */
    ChainInfo: {
      /** @description Whether that is the end of the chain. */
      complete: boolean;
      fault?: components['schemas']['FaultInfo'] | null;
      keyed?: components['schemas']['KeyedHeadInfo'] | null;
      /** @description How far the chain was found good. Worth keeping elsewhere: it shows later whether the end was cut off. */
      verified: components['schemas']['PositionInfo'];
    };
    /** @description A character outside the set of Annex E j): printable 0x21 to 0x7E without the backslash. */
    CharsetViolation: {
      /** @description First character outside the set. */
      character: string;
      /**
       * Format: uint
       * @description How many characters of the value are outside the set.
       */
      count: number;
      /** @description Key of the value. */
      key: string;
      /**
       * Format: uint
       * @description Its position in the value, in characters, from 0.
       */
      position: number;
    };
    /** @description A report and the request it answers. */
    CheckAnswer: {
      /** @description The report. */
      data: components['schemas']['CheckerReport'];
      /**
       * @description The value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Answers to the questions of the laws. What is left out is unknown. */
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
      /** @description The provider's name that the marks must give. */
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
       * @description There is an invisible watermark, or a register of fingerprints or logs, by which the provider's own detector recognises this output.
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
     * @description What checks of a workspace assume unless a request says otherwise.
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
       * @description As in the options of `POST /check`.
       * @example en
       */
      language?: string | null;
      /**
       * @description As in the options of `POST /check`.
       * @example [
       *       "eu",
       *       "california",
       *       "china",
       *       "washington"
       *     ]
       */
      regions?: string[] | null;
      /**
       * @description As in the options of `POST /check`.
       * @example deployer
       */
      role?: string | null;
    };
    /** @description Everything a file says about its origin, and what three bodies of law make of it. */
    CheckerReport: {
      /** @description Whether anything says that AI made or altered the content. */
      ai: components['schemas']['AiClaim'];
      /** @description Every AIGC label (GB 45438-2025) found. */
      aigc: components['schemas']['AigcSite'][];
      /** @description Content Credentials. */
      c2pa: components['schemas']['Provenance'];
      /** @description What became of the marks of an earlier version, where one was given. */
      comparison?: components['schemas']['Comparison'] | null;
      /** @description The circumstances that the judgement assumed. */
      context: components['schemas']['Context'];
      /** @description When the check ran, RFC 3339 with milliseconds, UTC. */
      createdAt: string;
      /** @description What judged: engines, rules and trust lists with their versions and dates. */
      engine: components['schemas']['EngineInfo'];
      /** @description Name of the file, if it was given. */
      filename: string | null;
      /** @description Traces of known generators outside C2PA. */
      generators: components['schemas']['GeneratorTrace'][];
      /** @description IPTC and XMP statements about the origin. */
      iptc: components['schemas']['IptcSummary'];
      /** @description The language of the sentences, as BCP 47 writes it. Keys, ids and parameters do not depend on it. */
      language: string;
      /** @description The metadata that was read. */
      metadata: components['schemas']['MetadataReport'];
      /** @description MIME type by content. */
      mime: string;
      /** @description Image, video, audio or document. */
      modality: components['schemas']['Modality'];
      /** @description Limits of the judgement as a whole. */
      notes: components['schemas']['Message'][];
      /** @description The questions whose answers would settle what is open, first the one that settles most. */
      questions?: components['schemas']['Question'][];
      /** @description The outcomes of C2PA's official rubrics; none for a file without readable credentials. */
      rubrics: components['schemas']['RubricOutcomes'][];
      /**
       * Format: uint32
       * @description [`SCHEMA_VERSION`].
       */
      schemaVersion: number;
      /** @description SHA-256 of the file, lower-case hex; absent only while a large file is still being hashed. */
      sha256: string | null;
      /** @description What was looked for in each region, and what was found. */
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
      /** @description What could not be read, or looks wrong. */
      warnings: components['schemas']['Warning'][];
      /** @description Invisible marks: what was probed, declared, or cannot be checked here. */
      watermark: components['schemas']['ReportWatermarkReport'];
    };
    /** @description The form of a check request. */
    CheckForm: {
      /**
       * Format: binary
       * @description The file: images (JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF, GIF, JPEG XL) and video (MP4, MOV, AVI, WebM,
       *     Matroska, FLV) of at most 50 MB (52,428,800 bytes), audio (MP3, M4A, WAV, FLAC, Ogg) of at most 25 MB (26,214,400
       *     bytes). Larger files can be checked in the browser or with the command line, which read them in parts. Pixels
       *     are looked at in pictures of at most 2.5 million pixels and 8 MB.
       */
      file: string;
      /**
       * @description What you know and the file does not show, as `CheckOptions` describes it: `answers` to the questions of the laws,
       *     `role`, `regions`, `asOf` and `language`. What is left out comes from the workspace's `checkDefaults`; what neither
       *     says is unknown. The report's `questions` name what would settle an open verdict.
       * @example {"answers":{"isAi":"yes","createdOn":"2026-09-01"},"role":"deployer"}
       */
      options?: string | null;
    };
    /**
     * @description What the asker knows and the file does not show. Everything may be left out; unknown never counts as no.
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
       * @description The day of the check, whose law applies where neither a trusted time stamp nor an answer gives another day; today
       *     when left out.
       * @example 2026-11-30
       */
      asOf?: string | null;
      /**
       * @description The language of the report's sentences; `en` when left out. Ids, keys and parameters do not depend on it.
       * @example en
       */
      language?: string | null;
      /**
       * @description The regions to judge, at least one; `eu`, `california`, `china` and `washington` when left out. The others, `utah`,
       *     `connecticut`, `kazakhstan`, `vietnam`, `india`, `korea` and `newYork`, are for information.
       * @example [
       *       "eu",
       *       "california",
       *       "china",
       *       "washington"
       *     ]
       */
      regions?: string[] | null;
      /**
       * @description Whose duties to judge; `provider` when left out.
       * @example provider
       */
      role?: string | null;
    };
    /** @description Check and its outcome. */
    CheckOutcome: {
      /** @description The rubric's identifier: `validation:valid_success`, `inception:signal_fullyGenAIMedia`. */
      id: string;
      /**
       * Format: uint
       * @description Which of [`RubricReport::manifests`] was looked at; only in the signals rubric.
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
    /** @description A fact that a result rests on. */
    Citation: {
      /** @description What was found: `XMP digital source type`. */
      fact: string;
      /** @description Where. */
      site: components['schemas']['Site'];
      /** @description How well it is backed. */
      standing?: components['schemas']['Standing'] | null;
      /** @description Its value, shortened to 200 characters. */
      value: string;
    };
    /** @description A client as listed. */
    ClientInfo: {
      /** Format: date-time */
      createdAt: string;
      createdBy: string;
      /** @description `cli_…`: the `client_id`. */
      id: string;
      /** @description Production (`true`) or the sandbox. */
      livemode: boolean;
      name: string;
      /** @description Whether it signs assertions instead of having secrets. */
      privateKeyJwt: boolean;
      /** Format: date-time */
      revokedAt?: string | null;
      scopes: string[];
    };
    /** @description What a client should be. */
    ClientRequest: {
      /** @description Public keys for private_key_jwt, as a JSON Web Key Set; without them the client gets a secret. */
      jwks?: Record<string, never> | null;
      /** @description Production unless false. */
      livemode?: boolean;
      /**
       * @description 1 to 100 characters.
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
    /** @description An earlier version of the file against this one. Layers in neither version have no entry. */
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
    /** @description What the label says. */
    Compliance: {
      /**
       * @description Assertions of the manifest.
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
      /** @description Whether "do not train" was written. */
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
    /** @description One of the two. */
    Confirmation: {
      passkey?: components['schemas']['PasskeyAssertion'] | null;
      /** Format: password */
      password?: string | null;
    };
    /**
     * @description The circumstances of a judgement. Only the date has no default: this crate never reads a clock.
     *
     *     Every question has the answer *unknown*, which is its default and never means no. An answer is enough for what no file
     *     can show; a mark or label that is only stated here stays open until it is seen.
     */
    Context: {
      /** @description Whether AI created or altered it, when it did. */
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
      /** @description The day the content was created or last altered by AI. */
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
      /** @description Whether the deployer acts professionally; personal use makes nobody a deployer (Article 3(4)). */
      deployerProfessional?: components['schemas']['Answer'];
      /** @description Whether the capture device was first produced for sale in California on or after 1 January 2028 (section 22757.3.3). */
      deviceFirstSoldSince2028?: components['schemas']['Answer'];
      /** @description The day a platform distributed it. */
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
      /** @description Whether logs of that supply are kept for at least six months (Measures, Article 9). */
      logsKept?: components['schemas']['Answer'];
      /** @description Whether the alteration is one of the eight minor modifications that section 22757.1(l) lists (California). */
      minorModification?: components['schemas']['Answer'];
      /** @description Whether the platform shows its notice beside the post (Measures, Article 6). */
      noticeBesidePost?: components['schemas']['Answer'];
      /** @description The day it was placed on the market, which settles the question above when given. */
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
      /** @description The provider's name that the marks must give. */
      provider?: string | null;
      /** @description Whether the text informs the public on matters of public interest (Article 50(4), second subparagraph). */
      publicInterestText?: components['schemas']['Answer'];
      /** @description The day it was first published. */
      publishedOn?: string | null;
      /**
       * @description The regions to judge.
       * @default [
       *       "eu",
       *       "california",
       *       "china",
       *       "washington"
       *     ]
       */
      regions: components['schemas']['Region'][];
      /**
       * @description Whose duties are judged.
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
       * @description Whether there is any invisible mark, or a register of fingerprints or logs, by which the provider's own detector
       *     recognises this output.
       * @default unknown
       */
      vendorWatermark: components['schemas']['Answer'];
      /** @description Whether the provider's own verification tool was tried on this file and read the disclosure (section 22757.3(a)(3)). */
      verificationToolReads?: components['schemas']['Answer'];
      /**
       * @description Whether people see, hear or read a label, as the asker attests.
       * @default unknown
       */
      visibleLabel: components['schemas']['Answer'];
    };
    /** @description Two statements about the origin that cannot both be true. */
    Contradiction: {
      /** @description The one that says AI. */
      ai: components['schemas']['Citation'];
      /** @description The one that says otherwise. */
      other: components['schemas']['Citation'];
    };
    /** @description The tallies by weight. */
    Counts: {
      /** @description Rules for information. */
      informational: components['schemas']['Tally'];
      /** @description Rules that do not. */
      recommended: components['schemas']['Tally'];
      /** @description Rules that decide the verdict. */
      required: components['schemas']['Tally'];
    };
    /** @description What a person types to sign in. */
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
    /** @description What decided the day whose law applies. */
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
      /** @description Code of the term; `None` when the value is no known term. */
      term: string | null;
    };
    /** @description The form in which a file names a term. XMP shall hold [`Self::Http`]; the others are understood. */
    DigitalSourceTypeForm: 'http' | 'https' | 'variant' | 'qcode' | 'bare' | 'schema_org' | 'unknown';
    /**
     * @description A term of the IPTC digital source type vocabulary that a labeller may state.
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
    /** @description Names and versions of everything that a verdict depends on. */
    EngineInfo: {
      /** @description The C2PA engine. */
      c2pa: components['schemas']['Component'];
      /** @description This software. */
      labeler: components['schemas']['Component'];
      /** @description The rule set. */
      rules: components['schemas']['RuleSet'];
      /** @description Trust lists that were consulted for claim signers, in order, then the one for time stamps. */
      trustLists: components['schemas']['TrustListInfo'][];
    };
    /** @description The part of an error that is about the request. */
    ErrorBody: {
      /**
       * @description Stable and machine-readable.
       * @example validation_error
       */
      code: string;
      details?: components['schemas']['ErrorDetails'] | null;
      /**
       * @description For people; may change.
       * @example options.digitalSourceType is required
       */
      message: string;
    };
    /** @description Where in the request the fault is. */
    ErrorDetails: {
      /**
       * @description A part, query parameter or dotted option name.
       * @example options.digitalSourceType
       */
      field: string;
    };
    /** @description The wire shape of every error. */
    ErrorEnvelope: {
      /** @description What went wrong. */
      error: components['schemas']['ErrorBody'];
      /**
       * @description The value of `X-Request-Id`.
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
    /** @description The first thing that is wrong. */
    FaultInfo: {
      /**
       * @description `missing`, `altered`, `broken`, `cut`, `stray`, or `forged`: the chain is not the one that was keyed at this
       *     place.
       * @example altered
       */
      kind: string;
      rowId?: string | null;
      /**
       * Format: int64
       * @description Place in the chain, unless the row stands beside it.
       */
      seq?: number | null;
      /** @description `event`, `admin` or `requests`. */
      table?: string | null;
    };
    /** @description The file that was returned. */
    FileFacts: {
      /**
       * @description What the workspace's setting keeps of the name.
       * @example photo.jpg
       */
      filename: string;
      /**
       * @description Media type.
       * @example image/jpeg
       */
      mime: string;
      /** @description Kind of medium. */
      modality: components['schemas']['ModalityName'];
      /**
       * Format: int64
       * @description Bytes.
       * @example 124356
       */
      sizeBytes: number;
    };
    /** @description What became of one image. */
    FileResult: {
      /**
       * @description Why it was not labelled: a code of `POST /api/v1/label`.
       * @example mime_not_allowed
       */
      error?: string | null;
      /** @description Id of the audit record, for `GET /api/v1/assets/{id}`. */
      eventId?: string | null;
      /**
       * @description Its name in the archive: the one sent, made safe and unique.
       * @example photo1.jpg
       */
      filename: string;
      /** @description The same for people. */
      message?: string | null;
      /** @description Whether it was labelled; it then is in the archive, unless `replayed`. */
      ok: boolean;
      /** @description The name sent, when it is another. */
      originalFilename?: string | null;
      /** @description An earlier request with this `Idempotency-Key` labelled it: the row says what that led to. */
      replayed?: boolean;
      /** @description SHA-256 of the labelled image, lower-case hexadecimal. */
      sha256Output?: string | null;
      /** @description What the caller should know although the label was made. */
      warnings?: components['schemas']['WarningEntry'][];
    };
    /** @description The link and the owner. */
    FirstRun: {
      email: string;
      /** @description The person's name, 1 to 100 characters. */
      name: string;
      /**
       * Format: password
       * @description 8 to 256 characters.
       */
      password: string;
      /** @description What the link ends in. */
      token: string;
      /** @description 1 to 100 characters. */
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
    /** @description SHA-256 before and after, lower-case hexadecimal. */
    Hashes: {
      /** @description Of the file received. */
      input: string;
      /** @description Of the file returned. */
      output: string;
    };
    /** @description Whether a hash is known; with the public facts when it is. */
    HashReport: {
      /** @description Assertions of the manifest. */
      assertions?: string[];
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType?: string;
      /** @description Whether "do not train" was written. */
      dntEnabled?: boolean;
      /**
       * @description Media type of the file.
       * @example image/jpeg
       */
      mime?: string;
      /** @description Kind of medium. */
      modality?: components['schemas']['ModalityName'];
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset?: string;
      /** @description Which hash matched; the output is preferred when both do. Absent when no hash was asked for. */
      sha256MatchedOn?: components['schemas']['MatchedOn'];
      /**
       * Format: date-time
       * @description When it was signed.
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
      /** @description Whether a visible label is on the picture. */
      visibleOverlay?: boolean;
      /**
       * @description Payload of the invisible mark, if there is one.
       * @example wm_abcdefghijklm
       */
      watermarkPayloadId?: string | null;
    } & {
      /** @description The hash that was asked for. */
      sha256: string;
      /** @description Whether the audit log knows the hash. */
      signedByPlatform: boolean;
    };
    /** @description The service answers. */
    Health: {
      /** @description Whether managed signing is configured for live keys and sessions. */
      signing: boolean;
      /**
       * @description Always `ok`.
       * @example ok
       */
      status: string;
      /**
       * @description The version of the service.
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
      /** @description Label of the ingredient's own manifest in the store. */
      activeManifest?: string | null;
      /** @description Failure codes that validating the ingredient gave. */
      failures: string[];
      /** @description MIME type. */
      format?: string | null;
      /** @description `parentOf`, `componentOf` or `inputTo`. */
      relationship: string;
      /** @description Title, often a file name. */
      title?: string | null;
    };
    /** @description Whether credential and asset are as they were when signed. */
    Integrity: 'none' | 'intact' | 'unverified' | 'broken' | 'unreadable';
    /** @description What a token is; only `active` for one that does not work. */
    IntrospectionAnswer: {
      active: boolean;
      aud?: string | null;
      client_id?: string | null;
      /** Format: int64 */
      exp?: number | null;
      /** Format: int64 */
      iat?: number | null;
      iss?: string | null;
      jti?: string | null;
      scope?: string | null;
      sub?: string | null;
      token_type?: string | null;
    };
    /** @description An open invitation: without its link. */
    InvitationInfo: {
      /** Format: date-time */
      createdAt: string;
      /** @description Id of the person who made it. */
      createdBy: string;
      /** @description The invited address; null when anybody with the link may accept. */
      email?: string | null;
      /** Format: date-time */
      expiresAt: string;
      id: string;
      /** @example labeler */
      role: string;
    };
    /** @description Whom to invite, as what. */
    InvitationRequest: {
      /** @description The only address that may accept; the link is sent to it. Without it, anybody with the link may accept. */
      email?: string | null;
      /**
       * @description At most one's own role.
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
      /** @description `Iptc4xmpExt:AIPromptWriterName`: who wrote the prompt. */
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
    /** @description Where one belongs now. */
    Joined: {
      /** @example labeler */
      role: string;
      userId: string;
      workspaceId: string;
    };
    /** @description The end of the chain at some time, under a key that is not in the database. */
    KeyedHeadInfo: {
      /** Format: date-time */
      createdAt: string;
      /** @description SHA-256 at this place, lower-case hexadecimal. */
      head: string;
      /**
       * @description Version of the server's key.
       * @example s1
       */
      key: string;
      /** @description HMAC-SHA-256 over workspace, place, head and time, lower-case hexadecimal. */
      mac: string;
      /**
       * Format: int64
       * @description Place in the chain.
       */
      seq: number;
    };
    /** @description A key as listed: never with its secret. */
    KeyInfo: {
      /** @description Networks it may be used from; empty: any. */
      allow: string[];
      /** Format: date-time */
      createdAt: string;
      /** @description Id of the person who made it. */
      createdBy: string;
      /**
       * Format: date-time
       * @description When it ends by itself.
       */
      expiresAt?: string | null;
      /**
       * @description Public part of the key.
       * @example AbCd5678wxyz
       */
      id: string;
      /**
       * @description `live`, `test` or `sk`.
       * @example live
       */
      kind: string;
      /**
       * Format: date-time
       * @description Exact to a minute.
       */
      lastUsedAt?: string | null;
      /** @description The key that made it; null: a person did. */
      madeByKey?: string | null;
      /**
       * @description How the key looks in lists.
       * @example lbl_live_AbCd…wxyz
       */
      masked: string;
      /** @description For people. */
      name: string;
      /** @description The key that replaced it. */
      replacedBy?: string | null;
      /** Format: date-time */
      revokedAt?: string | null;
      /** @description Of a workspace key. */
      role?: string | null;
      /** @description The key it replaced. */
      rotatedFrom?: string | null;
      /** @description Of a live or test key. */
      scopes?: string[] | null;
    };
    /** @description What a key should be. */
    KeyRequest: {
      /**
       * @description Networks it may be used from, in CIDR notation, at most 50. A key bound to networks makes keys within them; when
       *     this is empty, they have the same networks.
       */
      allow?: string[];
      /**
       * Format: date-time
       * @description When it ends by itself; in the future. A key that makes a key sets an end no later than its own, which is also
       *     what it sets when this is absent.
       */
      expiresAt?: string | null;
      /**
       * @description `live`, `test` or `sk` (a workspace key).
       * @example live
       */
      kind: string;
      /**
       * @description For people, 1 to 100 characters.
       * @example CRM integration
       */
      name: string;
      /** @description For workspace keys: a role, at most one's own. */
      role?: string | null;
      /**
       * @description For live and test keys: at least one of label, assets, certificates, check, verify.
       * @example [
       *       "label",
       *       "check"
       *     ]
       */
      scopes?: components['schemas']['ScopeName'][] | null;
    };
    /** @description The form of a batch. */
    LabelBatchForm: {
      /**
       * @description The images: the part is repeated, at most 10 times. Each as for `POST /api/v1/label`, at most 50 MB (52,428,800
       *     bytes); all together at most 200 MB (209,715,200 bytes). The name `files` is accepted as well.
       */
      image: string[];
      /**
       * @description What to write into each image: the options of `POST /api/v1/label` without `filename` and `sha256Input`, which are
       *     derived from each file. They may come before or after the images.
       * @example {"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}
       */
      options: string;
    };
    /** @description The form of a label request. */
    LabelForm: {
      /**
       * Format: binary
       * @description The image, at most 50 MB (52,428,800 bytes). The name `file` is accepted as well. Accepted, by content: JPEG,
       *     PNG, WebP, AVIF, HEIC, HEIF, TIFF and GIF.
       */
      image: string;
      /**
       * @description What to write: `digitalSourceType`, `regionPreset`, `signingMode`, `dntEnabled`, `filename`, `sha256Input`, and
       *     optionally `preApplied`, `provider`, `aiSystem`, `aiSystemVersion`, `producerCode` and `neutralTitle`, as
       *     `SharedLabelOptions` describes them. What is left out of the four about the provider comes from the workspace's compliance profile; the title is neutral, and
       *     not the file's name, also when the workspace does not keep file names.
       * @example {"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"filename":"photo.jpg","sha256Input":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","preApplied":[]}
       */
      options: string;
    };
    /**
     * Format: binary
     * @description The labelled image, as bytes.
     */
    LabelledFile: string;
    /** @description What was done, for session callers; and what is kept for a repeat of the request. */
    LabelResult: {
      /**
       * @description Layers written here, in order.
       * @example [
       *       "c2pa"
       *     ]
       */
      appliedLayers: string[];
      /** @description Id of the audit record, for `GET /api/v1/assets/{id}`. */
      eventId: string;
      /**
       * @description The name given in the options.
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
      /** @description What the caller should know although the label was made. */
      warnings: components['schemas']['WarningEntry'][];
    };
    /** @description Where the image is, and what to write. */
    LabelUrlRequest: {
      /** @description The options of `POST /api/v1/label` without `filename` and `sha256Input`, which are derived from the file. */
      options: components['schemas']['SharedLabelOptions'];
      /**
       * Format: uri
       * @description An `https` URL that anybody can reach, of at most 2,048 bytes, on port 443 and without credentials. Redirects are
       *     followed, at most five.
       * @example https://example.com/photo.jpg
       */
      url: string;
    };
    /** @description The day whose law applies to an act, and why that day. */
    LawDay: {
      /** @description The act that the rules attach to. */
      attachesTo: components['schemas']['AttachesTo'];
      /** @description The day. */
      day: string;
      /** @description The same in a sentence. */
      reason: components['schemas']['Message'];
      /** @description What decided it. */
      source: components['schemas']['DaySource'];
    };
    /** @description What happened to a layer between the earlier version and this one. */
    LayerChange: 'kept' | 'added' | 'changed' | 'removed' | 'broken' | 'unknown';
    /** @description What came of the report. */
    LeakAnswer: {
      /** @description Whether this report ended it. */
      endedNow: boolean;
      /**
       * @description `true_positive` for a key of this service, which is of no use any more; else `false_positive`.
       * @example true_positive
       */
      label: string;
    };
    /** @description A key found in public. */
    LeakReport: {
      /**
       * Format: password
       * @description The whole text of the key.
       */
      key: string;
    };
    /** @description A link. */
    LinkToken: {
      /** @description What the link ends in. */
      token: string;
    };
    /** @description A list that comes whole. */
    Listed_ClientInfo: {
      /** @description Every one. */
      data: {
        /** Format: date-time */
        createdAt: string;
        createdBy: string;
        /** @description `cli_…`: the `client_id`. */
        id: string;
        /** @description Production (`true`) or the sandbox. */
        livemode: boolean;
        name: string;
        /** @description Whether it signs assertions instead of having secrets. */
        privateKeyJwt: boolean;
        /** Format: date-time */
        revokedAt?: string | null;
        scopes: string[];
      }[];
    };
    /** @description A list that comes whole. */
    Listed_InvitationInfo: {
      /** @description Every one. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description Id of the person who made it. */
        createdBy: string;
        /** @description The invited address; null when anybody with the link may accept. */
        email?: string | null;
        /** Format: date-time */
        expiresAt: string;
        id: string;
        /** @example labeler */
        role: string;
      }[];
    };
    /** @description A list that comes whole. */
    Listed_MembershipInfo: {
      /** @description Every one. */
      data: {
        /**
         * Format: date-time
         * @description Member since.
         */
        createdAt: string;
        /** @description Whether the session looks at it. */
        current: boolean;
        /**
         * @description The person's role there.
         * @example member
         */
        role: string;
        workspace: components['schemas']['WorkspaceInfo'];
      }[];
    };
    /** @description A list that comes whole. */
    Listed_PasskeyInfo: {
      /** @description Every one. */
      data: {
        /** @description Whether it is kept in more than one place. */
        backedUp: boolean;
        /** Format: date-time */
        createdAt: string;
        /** @description The credential's id, base64url. */
        id: string;
        /** Format: date-time */
        lastUsedAt?: string | null;
        name: string;
      }[];
    };
    /** @description A list that comes whole. */
    Listed_SecretInfo: {
      /** @description Every one. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description `sec_…`. */
        id: string;
      }[];
    };
    /** @description A list that comes whole. */
    Listed_SessionEntry: {
      /** @description Every one. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description Whether it is the one of this call. */
        current: boolean;
        /**
         * Format: date-time
         * @description When it ends at the latest.
         */
        expiresAt: string;
        /** @description For `DELETE /api/v1/sessions/{id}`. */
        id: string;
        /**
         * Format: date-time
         * @description Exact to a minute.
         */
        lastSeenAt: string;
        /** @description The browser, as it calls itself. */
        userAgent: string;
        /** @description The workspace it looks at. */
        workspaceId: string;
      }[];
    };
    /** @description A list that comes whole. */
    Listed_SigningCertificateInfo: {
      /** @description Every one. */
      data: {
        /** @description Whether it signs now. */
        active: boolean;
        /** @example es256 */
        algorithm: string;
        /** Format: date-time */
        createdAt: string;
        /** @example SHA256:Ab1Cd2 */
        fingerprint: string;
        /** @description `crt_…`. */
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
      /** @description Names that CAWG identity assertions give. */
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
      /** @description Declared invisible marks and fingerprints. */
      softBindings: components['schemas']['SoftBinding'][];
      /** @description Title of the asset. */
      title: string | null;
      /** @description Training and data mining statements. */
      trainingMining: components['schemas']['TrainingMining'][];
    };
    /**
     * Format: binary
     * @description A manifest store, as bytes.
     */
    ManifestStore: string;
    /** @description One layer, before and after. */
    MarkChange: {
      /**
       * @description What it is, for display.
       * @default
       */
      after: string;
      /**
       * @description What it was, for display.
       * @default
       */
      before: string;
      /**
       * @description What happened.
       * @default unknown
       */
      change: components['schemas']['LayerChange'];
      /**
       * @description The layer.
       * @default c2pa
       */
      layer: components['schemas']['MarkLayer'];
      /**
       * @description Where it is, or was in the earlier version.
       * @default {
       *       "location": ""
       *     }
       */
      site: components['schemas']['Site'];
    };
    /** @description A layer of marking. */
    MarkLayer: 'c2pa' | 'sourceType' | 'aigc' | 'invisibleMark' | 'visibleLabel';
    /** @description One invisible mark. */
    MarkReport: {
      /** @description Decoded from the signal, or only declared. */
      decoded: boolean;
      /** @description Name or algorithm. */
      name: string;
      /** @description Payload, if known. */
      payload: string | null;
      /** @description Where it was declared, or how it was read. */
      source: string;
    };
    /**
     * @description Which hash of a labelling matched.
     * @enum {string}
     */
    MatchedOn: 'output' | 'input';
    /** @description A member. */
    MemberInfo: {
      /**
       * Format: date-time
       * @description Member since.
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description When access was taken away.
       */
      disabledAt?: string | null;
      email: string;
      /** @description `usr_…`. */
      id: string;
      name: string;
      /** @example labeler */
      role: string;
    };
    /** @description A workspace of the person. */
    MembershipInfo: {
      /**
       * Format: date-time
       * @description Member since.
       */
      createdAt: string;
      /** @description Whether the session looks at it. */
      current: boolean;
      /**
       * @description The person's role there.
       * @example member
       */
      role: string;
      workspace: components['schemas']['WorkspaceInfo'];
    };
    /** @description A sentence with the key and parameters it was made from, so that another catalogue can say it. */
    Message: {
      /** @description Key in the message catalogue. */
      key: string;
      /** @description The values that its placeholders took. */
      params?: {
        [key: string]: string;
      };
      /** @description The sentence in English. */
      text: string;
    };
    /** @description The metadata that was read, beyond the fields that state the origin. */
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
     * @description Kind of medium.
     * @enum {string}
     */
    ModalityName: 'image' | 'video' | 'audio';
    /** @description A client just made. A secret is shown this once. */
    NewClientInfo: {
      client: components['schemas']['ClientInfo'];
      /**
       * @description The `client_secret`; null for a client with public keys.
       * @example lbl_cs_xxxxxxxxxxxxxxxx
       */
      secret?: string | null;
    };
    /** @description An invitation just made. */
    NewInvitation: {
      /** Format: date-time */
      expiresAt: string;
      id: string;
      /**
       * @description Only without an address, and shown this once: what to open. What follows `#` is the token of
       *     `POST /api/v1/invitations/open` and `/accept`. The link of an invitation to an address goes there and nowhere else.
       * @example https://labeler.eu/invitation#abc.def
       */
      link?: string | null;
      /** @description The address that the link was sent to; null when anybody with the link may accept. */
      sentTo?: string | null;
    };
    /** @description A key just made. Its secret is shown this once and stored nowhere. */
    NewKeyInfo: {
      key: components['schemas']['KeyInfo'];
      /**
       * @description The whole key.
       * @example lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
       */
      secret: string;
    };
    /** @description A secret just made, shown this once. */
    NewSecretInfo: {
      /** @description `sec_…`. */
      id: string;
      /** @description The `client_secret`. */
      secret: string;
    };
    /** @description A name for a workspace. */
    NewWorkspace: {
      /**
       * @description 1 to 100 characters.
       * @example Studio
       */
      name: string;
    };
    /** @description An error of the token, revocation and introspection endpoints (RFC 6749, section 5.2). */
    OAuthErrorBody: {
      /**
       * @description `invalid_request`, `invalid_client`, `invalid_scope`, `unsupported_grant_type`, ….
       * @example invalid_client
       */
      error: string;
      /** @description For people. */
      error_description: string;
    };
    /** @description What it offers. */
    Offer: {
      /** @description The only address that may accept; null for any. */
      email?: string | null;
      /** Format: date-time */
      expiresAt: string;
      /** @example labeler */
      role: string;
      workspaceName: string;
    };
    /** @description What a rule says about a file. */
    Outcome: 'pass' | 'fail' | 'undetermined' | 'notApplicable';
    /**
     * @description Outcome of a check. The official evaluator knows `true`, `false` and `warning` for rubrics over the file, and
     *     lists the signals that are there for rubrics over a manifest.
     */
    Outcome2: 'pass' | 'fail' | 'warn' | 'present' | 'absent' | 'notApplicable' | 'error';
    /**
     * @description Corner of a visible label.
     * @enum {string}
     */
    OverlayCorner: 'TL' | 'TR' | 'BL' | 'BR';
    /** @description The caller. */
    OwnKeyInfo: {
      /** @description The OAuth2 client of a token; absent for a key. */
      clientId?: string | null;
      /** @description The scopes that are left of it now, given what its creator may do. */
      effectiveScopes: string[];
      key?: components['schemas']['KeyInfo'] | null;
      /** @description Production (`true`) or the sandbox. */
      livemode: boolean;
      /**
       * @description Plan of the workspace.
       * @example agency
       */
      plan: string;
      /** @description The workspace it acts in. */
      workspaceId: string;
    };
    /** @description One law pack. */
    PackInfo: {
      /** @description SHA-256 of its canonical JSON. */
      hash: string;
      /** @description `eu`, `us-ca`, … */
      id: string;
      /** @description Its version. */
      version: string;
    };
    /** @description A page of a list. */
    Page_AdminEventInfo: {
      /** @description In the order of the list. */
      data: {
        /** @example key.created */
        action: string;
        actorId: string;
        /**
         * @description `user`, `key`, `client` or `system`.
         * @example user
         */
        actorKind: string;
        /** Format: date-time */
        createdAt: string;
        /** @description Further facts, by action. */
        detail: Record<string, never>;
        /** @description `adm_…`, sorts by time. */
        id: string;
        /** @description The caller's network, unless it is unknown or was erased. */
        network?: string | null;
        /** @description The value of `X-Request-Id`; empty for a job. */
        requestId: string;
        /** @description Id of what was changed. */
        subject: string;
      }[];
      /** @description Start of the next page, for `cursor`; null on the last page. */
      nextCursor?: string | null;
    };
    /** @description A page of a list. */
    Page_KeyedHeadInfo: {
      /** @description In the order of the list. */
      data: {
        /** Format: date-time */
        createdAt: string;
        /** @description SHA-256 at this place, lower-case hexadecimal. */
        head: string;
        /**
         * @description Version of the server's key.
         * @example s1
         */
        key: string;
        /** @description HMAC-SHA-256 over workspace, place, head and time, lower-case hexadecimal. */
        mac: string;
        /**
         * Format: int64
         * @description Place in the chain.
         */
        seq: number;
      }[];
      /** @description Start of the next page, for `cursor`; null on the last page. */
      nextCursor?: string | null;
    };
    /** @description A page of a list. */
    Page_KeyInfo: {
      /** @description In the order of the list. */
      data: {
        /** @description Networks it may be used from; empty: any. */
        allow: string[];
        /** Format: date-time */
        createdAt: string;
        /** @description Id of the person who made it. */
        createdBy: string;
        /**
         * Format: date-time
         * @description When it ends by itself.
         */
        expiresAt?: string | null;
        /**
         * @description Public part of the key.
         * @example AbCd5678wxyz
         */
        id: string;
        /**
         * @description `live`, `test` or `sk`.
         * @example live
         */
        kind: string;
        /**
         * Format: date-time
         * @description Exact to a minute.
         */
        lastUsedAt?: string | null;
        /** @description The key that made it; null: a person did. */
        madeByKey?: string | null;
        /**
         * @description How the key looks in lists.
         * @example lbl_live_AbCd…wxyz
         */
        masked: string;
        /** @description For people. */
        name: string;
        /** @description The key that replaced it. */
        replacedBy?: string | null;
        /** Format: date-time */
        revokedAt?: string | null;
        /** @description Of a workspace key. */
        role?: string | null;
        /** @description The key it replaced. */
        rotatedFrom?: string | null;
        /** @description Of a live or test key. */
        scopes?: string[] | null;
      }[];
      /** @description Start of the next page, for `cursor`; null on the last page. */
      nextCursor?: string | null;
    };
    /** @description A page of a list. */
    Page_MemberInfo: {
      /** @description In the order of the list. */
      data: {
        /**
         * Format: date-time
         * @description Member since.
         */
        createdAt: string;
        /**
         * Format: date-time
         * @description When access was taken away.
         */
        disabledAt?: string | null;
        email: string;
        /** @description `usr_…`. */
        id: string;
        name: string;
        /** @example labeler */
        role: string;
      }[];
      /** @description Start of the next page, for `cursor`; null on the last page. */
      nextCursor?: string | null;
    };
    /** @description A page of a list. */
    Page_RequestInfo: {
      /** @description In the order of the list. */
      data: {
        /** @description Id of the key, client or person. */
        actorId: string;
        /**
         * @description `key`, `client` or `user`.
         * @example key
         */
        actorKind: string;
        /**
         * @description Present name of the key, client or person; null when it is gone.
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
         * @description The caller's network: what is kept of the address.
         * @example 192.0.2.0/24
         */
        network?: string | null;
        /** @description The value of `X-Request-Id`. */
        requestId: string;
        /**
         * @description The route's template; `unknown` for a path that is no endpoint.
         * @example /api/v1/assets/{id}
         */
        route: string;
        /**
         * Format: int64
         * @description Greater is later.
         */
        seq: number;
        /**
         * Format: int32
         * @example 200
         */
        status: number;
      }[];
      /** @description Start of the next page, for `cursor`; null on the last page. */
      nextCursor?: string | null;
    };
    /** @description What the browser's `get()` gave, base64url. */
    PasskeyAssertion: {
      authenticatorData: string;
      clientDataJSON: string;
      /** @description The credential's id. */
      id: string;
      signature: string;
      /** @description Whom the authenticator holds the passkey for. */
      userHandle: string;
    };
    /** @description A passkey as listed. */
    PasskeyInfo: {
      /** @description Whether it is kept in more than one place. */
      backedUp: boolean;
      /** Format: date-time */
      createdAt: string;
      /** @description The credential's id, base64url. */
      id: string;
      /** Format: date-time */
      lastUsedAt?: string | null;
      name: string;
    };
    /** @description What the browser's `create()` gave, base64url. */
    PasskeyRegistration: {
      attestationObject: string;
      clientDataJSON: string;
      /** @description For people, 1 to 100 characters. */
      name: string;
    };
    /** @description The present password and the next. */
    PasswordChange: {
      /** Format: password */
      currentPassword: string;
      /**
       * Format: password
       * @description 8 to 256 characters.
       */
      newPassword: string;
    };
    /** @description A person. */
    Person: {
      /** @description Address used to sign in. */
      email: string;
      /** @description `usr_…`. */
      id: string;
      /** @description For people. */
      name: string;
    };
    /** @description A place in the chain. */
    PositionInfo: {
      /** @description SHA-256, lower-case hexadecimal. */
      head: string;
      /**
       * Format: int64
       * @description 0 before the first link.
       */
      seq: number;
    };
    /** @description A layer that the caller applied before the upload. */
    PreAppliedLayer:
      | {
          /** @enum {string} */
          kind: 'watermark';
          /** @description What the mark carries. */
          payloadId: string;
        }
      | {
          /**
           * Format: double
           * @description Height of the ink of its lowest script over the picture's shortest side, above 0 and at most 1.
           */
          inkHeightRatio?: number | null;
          /** @enum {string} */
          kind: 'overlay';
          /** @description Where it is. */
          position: components['schemas']['OverlayCorner'];
          /** @description What it says. */
          text: string;
        };
    /** @description What should change of it: null clears a field, what is absent stays. */
    ProfileChange: {
      /** @description 1 to 200 characters. */
      aiSystem?: string | null;
      /** @description 1 to 200 characters; only with `aiSystem`. */
      aiSystemVersion?: string | null;
      /** @description `001`, `1`, a valid unified social credit code of 18 characters and 5 characters more. */
      producerCode?: string | null;
      /** @description 1 to 200 characters. */
      provider?: string | null;
    };
    /** @description What labels say about the provider of the AI system unless a request's options say it. Null: nothing. */
    ProfileDetail: {
      /**
       * @description Name of the AI system (22757.3(a)(1)(B)).
       * @example Painter
       */
      aiSystem?: string | null;
      /**
       * @description Its version.
       * @example 2.1
       */
      aiSystemVersion?: string | null;
      /**
       * @description China's code of the provider (GB 45438-2025, Annex E).
       * @example 001191110102MACQD9K64010000
       */
      producerCode?: string | null;
      /**
       * @description Name of the provider (California, 22757.3(a)(1)(A)).
       * @example ACME Imaging
       */
      provider?: string | null;
    };
    /** @description What the file's credentials say. */
    Provenance: {
      /** @description Label of the active manifest. */
      activeManifest: string | null;
      /** @description Was the certificate in time. */
      certificateTime: components['schemas']['CertificateTime'];
      /** @description Why the store could not be read. */
      error?: string | null;
      /** @description Intact, broken, unreadable or absent. */
      integrity: components['schemas']['Integrity'];
      /** @description The manifests: the active one first, then through its ingredients, each once. */
      manifests: components['schemas']['Manifest'][];
      /** @description Who signed the active manifest. */
      signer: components['schemas']['Signer'] | null;
      /** @description Thumbnails of all manifests, in the order of the store. */
      thumbnails?: components['schemas']['ThumbnailInfo'][];
      /** @description The time stamp over the active manifest's signature. */
      timeStamp: components['schemas']['TimeStamp'] | null;
      /** @description Statuses of the active manifest. */
      validation: components['schemas']['Validation'];
    };
    /** @description What anybody may know about a labelled file. */
    PublicFacts: {
      /** @description Assertions of the manifest. */
      assertions?: string[];
      /**
       * @description IPTC digital source type.
       * @example trainedAlgorithmicMedia
       */
      digitalSourceType?: string;
      /** @description Whether "do not train" was written. */
      dntEnabled?: boolean;
      /**
       * @description Media type of the file.
       * @example image/jpeg
       */
      mime?: string;
      /** @description Kind of medium. */
      modality?: components['schemas']['ModalityName'];
      /**
       * @description Jurisdiction profile.
       * @example eu_strict
       */
      regionPreset?: string;
      /** @description Which hash matched; the output is preferred when both do. Absent when no hash was asked for. */
      sha256MatchedOn?: components['schemas']['MatchedOn'];
      /**
       * Format: date-time
       * @description When it was signed.
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
      /** @description Whether a visible label is on the picture. */
      visibleOverlay?: boolean;
      /**
       * @description Payload of the invisible mark, if there is one.
       * @example wm_abcdefghijklm
       */
      watermarkPayloadId?: string | null;
    };
    /** @description A question whose answer would settle something that is open. */
    Question: {
      /** @description The field of [`crate::Context`] that takes the answer: `isAi`. */
      answer: string;
      /** @description The answers to choose from; of a day, only `unknown`. */
      answers: string[];
      /** @description What one has to know to answer it. */
      help?: components['schemas']['Message'] | null;
      /** @description `made-by-ai`. */
      id: string;
      /** @description The form of the answer. */
      kind: components['schemas']['QuestionKind'];
      /** @description Regions that ask it. */
      regions: components['schemas']['Region'][];
      /**
       * Format: uint32
       * @description How many open rules wait for it.
       */
      settles: number;
      /** @description The question. */
      text: components['schemas']['Message'];
    };
    /** @description The form of an answer. */
    QuestionKind: 'yes-no' | 'day';
    /** @description Where a requirement is written. */
    Reference: {
      /** @description The instrument: `Regulation (EU) 2024/1689`. */
      instrument: string;
      /** @description Article, section or clause. */
      provision: string;
      /** @description Address of a text of the instrument. */
      url?: string | null;
    };
    /** @description A body of law, judged on its own. */
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
     * @description The EU AI Act, California, China, or all of them.
     * @enum {string}
     */
    RegionPresetName: 'eu_strict' | 'california' | 'china' | 'global_minimum';
    /** @description One region's verdict with all its rules, in the order of their ids. */
    RegionVerdict: {
      /** @description How the rules came out. */
      counts: components['schemas']['Counts'];
      /** @description The days whose law was applied, one for each act, and why. */
      days?: components['schemas']['LawDay'][];
      /** @description The one reason for which all rules that decide are open, when there is one: a report says it once. */
      openReason?: components['schemas']['Message'] | null;
      /** @description Every rule of the region. */
      rules: components['schemas']['RuleResult'][];
      /** @description The verdict in a sentence that says no more than it knows. */
      sentence: components['schemas']['Message'];
      /** @description The verdict. */
      verdict: components['schemas']['Verdict'];
    };
    /** @description Invisible marks. */
    ReportWatermarkReport: {
      /**
       * Format: double
       * @description Upper bound of the share of unmarked pictures that show a generator's mark all the same.
       */
      falsePositiveRate?: number | null;
      /** @description Marks that were decoded or that the manifest declares. */
      marks: components['schemas']['MarkReport'][];
      /** @description Marks that exist in the field and cannot be checked here: never to be read as absent. */
      notCheckable: string[];
      /** @description Why the pixels were not probed. */
      notProbed?: string | null;
      /**
       * @description After which changes to the picture Labeler's own watermark was not searched for. If present, a watermark may be
       *     there all the same; absent when the search was complete or found it.
       */
      notSearched?: string | null;
      /** @description Whether the pixels were probed. If not, silence says nothing. */
      probed: boolean;
    };
    /** @description A call. */
    RequestInfo: {
      /** @description Id of the key, client or person. */
      actorId: string;
      /**
       * @description `key`, `client` or `user`.
       * @example key
       */
      actorKind: string;
      /**
       * @description Present name of the key, client or person; null when it is gone.
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
       * @description The caller's network: what is kept of the address.
       * @example 192.0.2.0/24
       */
      network?: string | null;
      /** @description The value of `X-Request-Id`. */
      requestId: string;
      /**
       * @description The route's template; `unknown` for a path that is no endpoint.
       * @example /api/v1/assets/{id}
       */
      route: string;
      /**
       * Format: int64
       * @description Greater is later.
       */
      seq: number;
      /**
       * Format: int32
       * @example 200
       */
      status: number;
    };
    /** @description Whose password. */
    ResetRequest: {
      /**
       * @description The address of the account.
       * @example ada@example.eu
       */
      email: string;
    };
    /** @description The link and the password. */
    ResetUse: {
      /**
       * Format: password
       * @description 8 to 256 characters.
       */
      password: string;
      /** @description What the link ends in. */
      token: string;
    };
    /** @description Whose duties are judged. Taken as answered: the report names it. */
    Role: 'provider' | 'deployer' | 'platform' | 'hostingPlatform' | 'captureDeviceMaker';
    /** @description A role. */
    RoleChange: {
      /**
       * @description One of api-user, viewer, labeler, dashboard_editor, member, admin, owner; at most one's own.
       * @example labeler
       */
      role: string;
    };
    /** @description How to replace it. */
    Rotation: {
      /**
       * Format: int32
       * @description For how many seconds the old key works on: 0 (not at all) to 2,592,000 (30 days); a day when absent.
       * @example 86400
       */
      overlapSeconds?: number | null;
    };
    /**
     * @description One rubric's outcomes. Checks that found nothing to say (a signal that is not there, nothing to look at) are counted
     *     and not listed: three rubrics have some hundred checks.
     */
    RubricOutcomes: {
      /** @description Checks with something to say, in the rubric's own order. */
      checks: components['schemas']['CheckOutcome'][];
      /** @description When it was issued, RFC 3339. */
      date: string;
      /**
       * Format: uint
       * @description Checks that failed, warn, or could not be evaluated.
       */
      failed: number;
      /** @description Who issued it. */
      issuer: string;
      /** @description Its title. */
      name: string;
      /**
       * Format: uint
       * @description Checks that passed.
       */
      passed: number;
      /** @description Its own version. */
      version: string;
    };
    /** @description One rule applied to one file. */
    RuleResult: {
      /** @description Ids of the questions that would settle it ([`Judgement::questions`]). */
      asks?: string[];
      /** @description The facts it rests on. */
      evidence?: components['schemas']['Citation'][];
      /** @description How to mend a failed one. */
      fix?: components['schemas']['Message'] | null;
      /** @description `EU-01`. */
      id: string;
      /** @description The day whose law was applied. */
      lawDay: string;
      /** @description Why. */
      message: components['schemas']['Message'];
      /** @description Limits and warnings that do not change the outcome. */
      notes?: components['schemas']['Message'][];
      /** @description What it says. */
      outcome: components['schemas']['Outcome'];
      /** @description Where it is written, in the version in force on the day. */
      reference: components['schemas']['Reference'];
      /** @description The body of law. */
      region: components['schemas']['Region'];
      /** @description What it asks for, quoted or summed up. */
      requirement: string;
      /** @description What would settle an undetermined outcome. */
      settles?: components['schemas']['Message'] | null;
      /** @description Its weight for this file, date and role. */
      severity: components['schemas']['Severity'];
      /** @description Why the weight differs from the rule's usual one. */
      severityReason?: components['schemas']['Message'] | null;
      /** @description Short name of the rule. */
      title: string;
      /** @description Why it came out so. */
      trace?: components['schemas']['Trace'] | null;
      /** @description First day of that version. */
      validFrom: string;
      /** @description Last day of that version, when it ends. */
      validUntil?: string | null;
    };
    /** @description Which text of the rules judged. */
    RuleSet: {
      /** @description The day up to which the law was followed. */
      date: string;
      /** @description The law packs that judged. */
      packs?: components['schemas']['PackInfo'][];
      /** @description Version of the rule set. */
      version: string;
    };
    /** @description The signed law packs that the operator names. Both are null where this version's own judge. */
    RulesInfo: {
      /**
       * @description The Ed25519 public key of its signer: PEM, or 64 hexadecimal digits.
       * @example 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1
       */
      publicKey?: string | null;
      /**
       * @description Path of the signed set on this site, or the set itself as JSON, which begins with `{`.
       * @example /rules/packs.json
       */
      signedSet?: string | null;
    };
    /**
     * @description A scope of a key or client.
     * @enum {string}
     */
    ScopeName: 'label' | 'assets' | 'certificates' | 'check' | 'verify';
    /** @description A secret as listed. */
    SecretInfo: {
      /** Format: date-time */
      createdAt: string;
      /** @description `sec_…`. */
      id: string;
    };
    /** @description A place where the person is signed in. */
    SessionEntry: {
      /** Format: date-time */
      createdAt: string;
      /** @description Whether it is the one of this call. */
      current: boolean;
      /**
       * Format: date-time
       * @description When it ends at the latest.
       */
      expiresAt: string;
      /** @description For `DELETE /api/v1/sessions/{id}`. */
      id: string;
      /**
       * Format: date-time
       * @description Exact to a minute.
       */
      lastSeenAt: string;
      /** @description The browser, as it calls itself. */
      userAgent: string;
      /** @description The workspace it looks at. */
      workspaceId: string;
    };
    /** @description Who is signed in, and where. */
    SessionInfo: {
      /**
       * Format: date-time
       * @description When the session ends at the latest.
       * @example 2026-06-15T10:30:00.000Z
       */
      expiresAt: string;
      /**
       * @description Whether the workspace asks for a passkey that this session has not shown yet. Until then the session can show one,
       *     add a first one, go to another workspace or end, and nothing else.
       */
      passkeyRequired: boolean;
      /**
       * @description The person's role there.
       * @example owner
       */
      role: string;
      /** @description The person. */
      user: components['schemas']['Person'];
      /** @description The workspace that the session looks at. */
      workspace: components['schemas']['WorkspaceInfo'];
    };
    /** @description How a rule weighs in the region's verdict. */
    Severity: 'required' | 'recommended' | 'informational';
    /**
     * @description What a label says, where the file's name and digest come from the file itself.
     * @example {
     *       "digitalSourceType": "trainedAlgorithmicMedia",
     *       "regionPreset": "eu_strict",
     *       "signingMode": "managed",
     *       "dntEnabled": true,
     *       "preApplied": []
     *     }
     */
    SharedLabelOptions: {
      /** @description Name of the AI system, 1 to 200 characters. */
      aiSystem?: string | null;
      /** @description Its version, 1 to 200 characters. */
      aiSystemVersion?: string | null;
      /** @description How the content came to be. */
      digitalSourceType: components['schemas']['DigitalSourceTypeName'];
      /** @description Reserve the content from training and data mining. */
      dntEnabled: boolean;
      /** @description Keep the file name out of the manifest. */
      neutralTitle?: boolean | null;
      /** @description Layers that are already in the pixels, at most 4. */
      preApplied?: components['schemas']['PreAppliedLayer'][] | null;
      /** @description China's code of the provider: `001`, `1`, a valid unified social credit code of 18 characters and 5 characters more. */
      producerCode?: string | null;
      /** @description Name of the provider of the AI system, 1 to 200 characters. */
      provider?: string | null;
      /** @description Which laws the label has to satisfy. */
      regionPreset: components['schemas']['RegionPresetName'];
      /** @description Whose certificate signs. */
      signingMode: components['schemas']['SigningModeName'];
    };
    /** @description One signal. */
    Signal: {
      /** @description Where it was found. */
      site?: components['schemas']['Site'] | null;
      /** @description Whether it is there. */
      state: components['schemas']['SignalState'];
      /** @description Its value, where it has one. */
      value?: string | null;
    };
    /** @description Whether a signal is there. */
    SignalState: 'found' | 'absent' | 'unknown';
    /** @description The signed end of a chain. */
    SignedHead: {
      /** @description SHA-256 at this place, lower-case hexadecimal. */
      head: string;
      /** Format: date-time */
      issuedAt: string;
      /** @description Compact JWS (ES256, type `audit-head+jwt`) over all of it: `iss`, `sub` (the workspace), `seq`, `head`, `iat`. */
      jws: string;
      /**
       * @description The public key that verifies it, as a JWK. Keep it with the signature: the server publishes a key under
       *     `/oauth2/jwks` only while it signs tokens and for an hour after.
       */
      publicKey: Record<string, never>;
      /**
       * Format: int64
       * @description Place in the chain; 0 before the first link.
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
      /** @description A development chain of this product, which nobody trusts. */
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
      /** @description Subject and issuer are the same. */
      selfSigned: boolean;
      /** @description The list that trusts this signer, if one does. */
      trustedBy: components['schemas']['TrustListInfo'] | null;
    };
    /** @description Who signed. */
    SignerFacts: {
      /**
       * @description Fingerprint of the signing certificate.
       * @example SHA256:Ab1Cd2
       */
      fingerprint: string;
    };
    /** @description A certificate as listed: never with its key. */
    SigningCertificateInfo: {
      /** @description Whether it signs now. */
      active: boolean;
      /** @example es256 */
      algorithm: string;
      /** Format: date-time */
      createdAt: string;
      /** @example SHA256:Ab1Cd2 */
      fingerprint: string;
      /** @description `crt_…`. */
      id: string;
      /** Format: date-time */
      notAfter: string;
      /** Format: date-time */
      notBefore: string;
      subject: string;
    };
    /**
     * @description The operator's certificate, or one that the workspace uploaded.
     * @enum {string}
     */
    SigningModeName: 'managed' | 'byoc';
    /** @description Where in the file a fact was found. */
    Site: {
      /**
       * @description A person's way to find it again: `PNG iTXt XML:com.adobe.xmp`, `manifest urn:c2pa:… / c2pa.actions.v2`.
       * @default
       */
      location: string;
      /**
       * Format: uint64
       * @description Offset in bytes from the start of the file, where the fact has one.
       */
      offset?: number | null;
    };
    /** @description A `c2pa.soft-binding` assertion: a declared invisible mark or fingerprint. */
    SoftBinding: {
      /** @description Algorithm name of the C2PA soft binding algorithm list. */
      alg: string;
      /** @description Value of the first block, as text or hex. */
      value?: string | null;
    };
    /** @description One algorithm. */
    SoftBindingAlg: {
      /**
       * @description Its name, as in `c2pa.soft-binding` assertions.
       * @example org.labeler.spread-spectrum.1
       */
      alg: string;
    };
    /** @description The algorithms, in the shape of the C2PA specification. */
    SoftBindingAlgList: {
      /** @description Algorithms of fingerprints: none. */
      fingerprints: components['schemas']['SoftBindingAlg'][];
      /** @description Algorithms of watermarks. */
      watermarks: components['schemas']['SoftBindingAlg'][];
    };
    /** @description A manifest store that matches. */
    SoftBindingMatch: {
      /**
       * @description Id of the active manifest, for `GET /manifests/{manifestId}`.
       * @example urn:c2pa:f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4
       */
      manifestId: string;
      /**
       * Format: int32
       * @description Strength of the match, 0 to 100. A watermark matches or does not, so it is always 100.
       * @example 100
       */
      similarityScore: number;
    };
    /** @description A soft binding. */
    SoftBindingQuery: {
      /**
       * @description Name of the soft binding algorithm. Only Labeler's own is supported.
       * @example org.labeler.spread-spectrum.1
       */
      alg: string;
      /**
       * @description Base64 of the value: of the payload ID, `wm_` and 13 base32 characters.
       * @example d21fYWJjZGVmZ2hpamtsbQ==
       */
      value: string;
    };
    /** @description The answer to a look-up, in the shape of the C2PA specification. */
    SoftBindingQueryResult: {
      /** @description Oldest first. Empty when no kept manifest store matches. */
      matches: components['schemas']['SoftBindingMatch'][];
    };
    /** @description A named piece of software. */
    Software: {
      /** @description Product name. */
      name: string;
      /** @description Version, if stated. */
      version?: string | null;
    };
    /** @description How well a piece of evidence is backed, weakest first. */
    Standing: 'statedByYou' | 'statedUnsigned' | 'intact' | 'seen' | 'verified';
    /** @description One validation status of the engine, verbatim (C2PA 2.2, 15.2). */
    Status: {
      /** @description For example `assertion.dataHash.mismatch`. */
      code: string;
      /** @description The engine's words. */
      explanation?: string | null;
      /** @description JUMBF URI of what the status is about. */
      url?: string | null;
    };
    /** @description Where to. */
    Switch: {
      /** @description `ws_…`. */
      workspaceId: string;
    };
    /** @description How many rules have each outcome. */
    Tally: {
      /**
       * Format: uint32
       * @description Failed.
       */
      fail: number;
      /**
       * Format: uint32
       * @description Not applicable.
       */
      notApplicable: number;
      /**
       * Format: uint32
       * @description Passed.
       */
      pass: number;
      /**
       * Format: uint32
       * @description Open.
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
    /** @description A thumbnail in the store. Its bytes stay out of reports: [`crate::thumbnails`] hands them out. */
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
      /** @description Time stated, RFC 3339, if the engine could read it. */
      time: string | null;
      /** @description Its authority is on the C2PA time-stamping trust list. */
      trusted: boolean;
      /** @description The token is well-formed and covers this signature. */
      valid: boolean;
    };
    /** @description A token. */
    TokenAnswer: {
      access_token: string;
      /**
       * Format: int64
       * @description Seconds.
       * @example 600
       */
      expires_in: number;
      scope: string;
      /** @example Bearer */
      token_type: string;
    };
    /** @description What the token endpoint reads, beside one way of client authentication. */
    TokenForm: {
      /**
       * @description `client_credentials`.
       * @example client_credentials
       */
      grant_type: string;
      /** @description Some of the client's scopes, between spaces; all of them when absent. */
      scope?: string | null;
    };
    /** @description A token, beside one way of client authentication. */
    TokenOnly: {
      token: string;
      /** @description Not needed: there is one kind of token. */
      token_type_hint?: string | null;
    };
    /** @description Why a rule came out as it did: which row of its table applied, and what its condition saw. */
    Trace: {
      /** @description The row, which is also the key of its message. */
      case: string;
      /** @description The facts in its condition. */
      facts?: components['schemas']['TraceFact'][];
      /** @description Facts that were unknown in rows before it, which therefore did not apply. */
      unknown?: string[];
    };
    /** @description A fact that a condition asked about. */
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
    /** @description What a report says about a trust list. */
    TrustListInfo: {
      /** @description Date of issue or snapshot, ISO 8601 (`2026-09-24`). */
      date: string;
      /** @description Stable id, for example `c2pa`. */
      id: string;
      /** @description Name for people. */
      name: string;
      /** @description Where the list is published. */
      source: string;
    };
    /** @description What this month has used. */
    UsageInfo: {
      /**
       * Format: int64
       * @description Live labels in all; null without a limit.
       * @example 25
       */
      allowed?: number | null;
      /**
       * @description The calendar month, UTC.
       * @example 2026-05
       */
      month: string;
      /**
       * @description What the workspace pays for.
       * @example free
       */
      plan: string;
      /**
       * Format: date-time
       * @description When the next month begins.
       */
      resetsAt: string;
      /**
       * Format: int64
       * @description Live labels so far.
       * @example 7
       */
      used: number;
    };
    /** @description Validation statuses of one manifest. */
    Validation: {
      /** @description What failed. */
      failure: components['schemas']['Status'][];
      /** @description What is worth knowing and no failure. */
      informational: components['schemas']['Status'][];
      /** @description What held. */
      success: components['schemas']['Status'][];
    };
    /** @description The verdict of a region. */
    Verdict: 'pass' | 'fail' | 'undetermined' | 'notApplicable';
    /** @description Where anybody can check it. */
    Verification: {
      /**
       * @description The page that verifies, with the hash of the file.
       * @example https://labeler.eu/verify#d4e5f6
       */
      url: string;
    };
    /** @description A verification and the request it answers. */
    VerifyAnswer: {
      /** @description The report. */
      data: components['schemas']['VerifyReport'];
      /**
       * @description The value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description The form of a verification. */
    VerifyForm: {
      /**
       * Format: binary
       * @description The file, of the types and sizes that `POST /check` takes.
       */
      file: string;
    };
    /** @description The look-up and the request it answers. */
    VerifyHashAnswer: {
      /** @description What is known. */
      data: components['schemas']['HashReport'];
      /**
       * @description The value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description Whether a credential is intact, and whether this platform made the file. */
    VerifyReport: {
      c2pa: components['schemas']['Provenance'];
      /** @description Name of the file, if it was given. */
      filename?: string | null;
      iptc: components['schemas']['IptcSummary'];
      /**
       * @description Media type by content.
       * @example image/jpeg
       */
      mime: string;
      /**
       * @description Kind of medium.
       * @example image
       */
      modality: string;
      /** @description SHA-256 of the file, lower-case hexadecimal. */
      sha256: string;
      /**
       * @description Which of the two it is: `output` is a file that was labelled here, `input` is the original of one, which itself
       *     bears no label. Absent when the file is not known.
       */
      sha256MatchedOn?: components['schemas']['MatchedOn'];
      /** @description Whether the audit log knows this very file, labelled or as it was before. */
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
    /** @description One warning. */
    WarningEntry: {
      /**
       * @description Stable and machine-readable.
       * @example development_certificate
       */
      code: string;
      /** @description For people. */
      message: string;
    };
    /** @description Kind of a warning. */
    WarningKind:
      'truncated' | 'trailingData' | 'malformed' | 'limit' | 'unread' | 'misplaced' | 'duplicate' | 'damaged';
    /** @description The look-up and the request it answers. */
    WatermarkAnswer: {
      /** @description What is known. */
      data: components['schemas']['WatermarkReport'];
      /**
       * @description The value of `X-Request-Id`.
       * @example 550e8400-e29b-41d4-a716-446655440000
       */
      requestId: string;
    };
    /** @description The keys of the workspace's watermarks, without the keys themselves. */
    WatermarkKeyDetail: {
      /** @description Earlier keys, newest first, at most 7. Watermarks that were written with them are still read. */
      earlier: components['schemas']['WatermarkKeyEntry'][];
      inUse?: components['schemas']['WatermarkKeyEntry'] | null;
    };
    /** @description A key, without its bytes. */
    WatermarkKeyEntry: {
      /**
       * Format: date-time
       * @description When the key was uploaded.
       */
      createdAt: string;
      /**
       * @description The first 8 hexadecimal digits of the key's SHA-256.
       * @example 3f79bb7b
       */
      fingerprint: string;
    };
    /** @description A key to put in use. */
    WatermarkKeyUpload: {
      /**
       * Format: password
       * @description 32 random bytes as 64 hexadecimal digits. They are sealed before they are stored and never shown again.
       * @example 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
       */
      key: string;
    };
    /** @description The labels that carry a watermark. */
    WatermarkReport: {
      /**
       * @description The labelled files, oldest first, at most 20. The oldest is the one that the watermark was made for; later ones are
       *     labels of files that carried it already.
       */
      assets: components['schemas']['PublicFacts'][];
      /**
       * @description The payload ID that was asked for.
       * @example wm_abcdefghijklm
       */
      payloadId: string;
    };
    /** @description What should change; what is absent stays. */
    WorkspaceChange: {
      checkDefaults?: components['schemas']['CheckDefaults'] | null;
      complianceProfile?: components['schemas']['ProfileChange'] | null;
      /** @description `store`, `pseudonymise` or `drop`. */
      fileNames?: string | null;
      /**
       * @description Whether the manifest stores of live labels are kept. `false` also removes those that are kept.
       * @example true
       */
      keepManifests?: boolean | null;
      /**
       * Format: int32
       * @description 1 to 3650. Holds for files labelled from now on.
       * @example 3650
       */
      manifestDays?: number | null;
      /**
       * @description 1 to 100 characters.
       * @example Studio
       */
      name?: string | null;
      /**
       * Format: int32
       * @description 1 to 3650.
       * @example 90
       */
      requestLogDays?: number | null;
      /**
       * @description `password` or `passkey`. Only by people, with a recent proof of who they are; `passkey` only in a session that has
       *     shown one.
       */
      signIn?: string | null;
    };
    /** @description The workspace and what it decides for itself. */
    WorkspaceDetail: {
      /** @description What checks assume unless a request says otherwise. */
      checkDefaults: components['schemas']['CheckDefaults'];
      /** @description What labels say about the provider unless a request says it. */
      complianceProfile: components['schemas']['ProfileDetail'];
      /**
       * @description What is kept of the names of files labelled from now on: `store`, `pseudonymise` or `drop`.
       * @example store
       */
      fileNames: string;
      /** @description `ws_…`. */
      id: string;
      /**
       * @description Whether the manifest stores of live labels are kept, so that they can be recovered by a file's watermark.
       * @example true
       */
      keepManifests: boolean;
      /**
       * Format: int32
       * @description How many days manifest stores of files labelled from now on are kept.
       * @example 3650
       */
      manifestDays: number;
      name: string;
      /** @example free */
      plan: string;
      /**
       * Format: int32
       * @description How long requests logged from now on are kept.
       * @example 90
       */
      requestLogDays: number;
      /**
       * @description What the workspace asks of people who work in it: `password` (a password or a passkey) or `passkey` (a passkey,
       *     alone or after a password).
       * @example password
       */
      signIn: string;
    };
    /** @description Confirms what is erased. */
    WorkspaceErasure: {
      /**
       * @description The name of the workspace.
       * @example Former studio
       */
      confirm: string;
    };
    /** @description A workspace. */
    WorkspaceInfo: {
      /** @description `ws_…`. */
      id: string;
      /** @description For people. */
      name: string;
      /**
       * @description What it pays for.
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
