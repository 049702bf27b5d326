//! Classification of the words in metadata fields and labels: a disclosure of AI, a prompt, or a person's name.
//!
//! The result decides which list of the evidence receives a value. It depends on the words alone, so that the same text
//! is classified in the same way in every field of every format.

/// Words for artificial intelligence, in lower case, in the official languages in which labels have been found. The
/// short ones are matched as whole words only.
const AI_WORDS: [&str; 24] = [
    "ai",
    "ki",
    "ia",
    "a.i.",
    "artificial intelligence",
    "artificially",
    "künstliche intelligenz",
    "künstlicher intelligenz",
    "künstlich",
    "intelligence artificielle",
    "artificiellement",
    "inteligencia artificial",
    "artificialmente",
    "inteligência artificial",
    "intelligenza artificiale",
    "kunstmatige intelligentie",
    "kunstmatig",
    "sztuczna inteligencja",
    "sztucznej inteligencji",
    "deepfake",
    "deep fake",
    "人工智能",
    "人工智慧",
    "人工知能",
];

/// Word beginnings for making or altering, in lower case.
const MADE_WORDS: [&str; 37] = [
    "generat",
    "generiert",
    "genererad",
    "gegenereerd",
    "généré",
    "génére",
    "generad",
    "gerad",
    "wygenerowan",
    "created",
    "made",
    "produced",
    "synthe",
    "synthé",
    "sintetiz",
    "sintétic",
    "manipul",
    "modif",
    "altered",
    "edited",
    "erzeugt",
    "erstellt",
    "bearbeitet",
    "verändert",
    "créé",
    "creado",
    "creada",
    "criado",
    "criada",
    "creato",
    "creata",
    "gemaakt",
    "生成",
    "合成",
    "制作",
    "製作",
    "作成",
];

fn is_latin_letter(letter: char) -> bool {
    letter.is_alphabetic() && !is_han_or_kana(letter)
}

fn is_han_or_kana(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

/// Returns whether `text` (in lower case) contains `word` without an adjacent letter. Chinese and Japanese characters
/// do not count as adjacent letters because they are written without spaces (`AI生成`).
fn holds_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, found)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|tail| tail.chars().next());
        !before.is_some_and(is_latin_letter) && !after.is_some_and(is_latin_letter)
    })
}

/// Returns whether `text` (in lower case) contains a word with this beginning. Chinese and Japanese words can begin
/// anywhere.
fn holds_beginning(text: &str, beginning: &str) -> bool {
    (beginning.starts_with(is_han_or_kana) && text.contains(beginning))
        || text.match_indices(beginning).any(|(at, _)| {
            let before = text.get(..at).and_then(|head| head.chars().next_back());
            !before.is_some_and(is_latin_letter)
        })
}

/// Returns whether the words say that AI made or altered something: they contain a word for artificial intelligence and
/// a word for making or altering, in any of the known languages, within 80 characters of each other.
pub fn discloses_ai(words: &str) -> bool {
    const NEAR: usize = 80;
    let text = words.to_lowercase();
    if text.chars().count() <= NEAR {
        return discloses(&text);
    }
    // Long texts may mention AI without being a label. The windows overlap by half.
    let letters: Vec<char> = text.chars().collect();
    (0..letters.len()).step_by(NEAR / 2).any(|start| {
        let window: String = letters.iter().skip(start).take(NEAR).collect();
        discloses(&window)
    })
}

fn discloses(text: &str) -> bool {
    AI_WORDS.iter().any(|word| holds_word(text, word)) && MADE_WORDS.iter().any(|word| holds_beginning(text, word))
}

/// Names of fields that only image generators use, for prompts and their settings, in lower case.
const PROMPT_FIELDS: [&str; 22] = [
    "parameters",
    "prompt",
    "negative_prompt",
    "negative prompt",
    "workflow",
    "generation_data",
    "generation data",
    "invokeai_metadata",
    "invokeai_workflow",
    "invokeai_graph",
    "sd-metadata",
    "sd_metadata",
    "dream",
    "fooocus_scheme",
    "sui_image_params",
    "aipromptinformation",
    "original_prompt",
    "revised_prompt",
    "user_prompt",
    "comfyui",
    "com.adobe.firefly.prompt",
    "extra_data",
];

/// Groups of strings that occur together only in a prompt with a generator's switches or settings.
const PROMPT_SIGNS: [&[&str]; 11] = [
    &["Steps: ", "Sampler: "],
    &["Negative prompt: "],
    &["\"sui_image_params\""],
    &["\"class_type\"", "\"inputs\""],
    &["\"prompt\":"],
    &["\"positive_prompt\""],
    &["Job ID: "],
    &[" --ar "],
    &[" --v "],
    &[" --stylize "],
    &["\"uc\":", "\"steps\":"],
];

/// Returns whether a field contains a prompt, possibly with a generator's settings. Decides by the field's name, or by
/// the text for any other field.
pub fn is_prompt(field: &str, value: &str) -> bool {
    // A name with a prefix is a different field (`stEvt:parameters` describes an editor's action). ID3's `TXXX:prompt`
    // is the exception.
    let name = field.strip_prefix("TXXX:").unwrap_or(field).to_lowercase();
    !value.trim().is_empty()
        && (PROMPT_FIELDS.contains(&name.as_str())
            || PROMPT_SIGNS.iter().any(|signs| signs.iter().all(|sign| value.contains(sign))))
}

/// Words that occur in company names, in lower case.
const COMPANY_WORDS: [&str; 44] = [
    "inc",
    "llc",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "company",
    "co",
    "gmbh",
    "ag",
    "kg",
    "se",
    "sa",
    "sas",
    "sarl",
    "srl",
    "spa",
    "bv",
    "nv",
    "ab",
    "as",
    "oy",
    "oyj",
    "aps",
    "plc",
    "pty",
    "pvt",
    "kk",
    "labs",
    "lab",
    "studios",
    "technologies",
    "technology",
    "software",
    "systems",
    "foundation",
    "institute",
    "university",
    "agency",
    "news",
    "press",
    "media",
    "group",
    "holding",
];

/// Names that only companies and AI systems have, in lower case. Other words may follow them.
const AI_COMPANIES: [&str; 30] = [
    "openai",
    "chatgpt",
    "dall-e",
    "dall·e",
    "dalle",
    "adobe",
    "midjourney",
    "stability",
    "stable diffusion",
    "stablediffusion",
    "dreamstudio",
    "black forest labs",
    "google",
    "deepmind",
    "microsoft",
    "xai",
    "anthropic",
    "bytedance",
    "doubao",
    "jimeng",
    "seedream",
    "tencent",
    "hunyuan",
    "alibaba",
    "qwen",
    "baidu",
    "kuaishou",
    "ideogram",
    "leonardo.ai",
    "novelai",
];

/// Names of AI systems that are also ordinary words or first names, in lower case. Only a version may follow them.
const AI_SYSTEMS: [&str; 15] = [
    "gpt", "sora", "firefly", "flux", "gemini", "imagen", "copilot", "bing", "meta", "grok", "claude", "ernie",
    "kling", "runway", "imagine",
];

/// Returns whether a value in a field for persons' names is the name of a person. Identifiers (UUIDs, numbers, URLs),
/// company names and names of AI systems are not.
pub fn is_person_name(value: &str) -> bool {
    let text = value.trim().to_lowercase();
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if letters < 2 || digits >= letters || is_uuid(&text) || text.contains("://") || text.starts_with("urn:") {
        return false;
    }
    let is_hex_number = text.len() >= 16 && text.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    let mut words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let company = words.clone().any(|word| COMPANY_WORDS.contains(&word)) || text.contains("有限公司");
    let tool = words.any(|word| matches!(word, "ai" | "bot" | "generator" | "model"));
    let behind = |name: &&str| text.strip_prefix(*name).map(str::to_owned);
    let system = AI_COMPANIES.iter().filter_map(behind).any(|rest| !rest.starts_with(is_latin_letter))
        || AI_SYSTEMS.iter().filter_map(behind).any(|rest| !rest.chars().any(is_latin_letter));
    !(is_hex_number || company || tool || system)
}

/// Returns whether the text is `8-4-4-4-12` hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.chars().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_disclosures_in_several_languages() {
        for words in [
            "AI generated",
            "AI-generated image",
            "Made with AI",
            "Künstlich erzeugt",
            "KI-generiert",
            "Image générée par IA",
            "Generado con inteligencia artificial",
            "Generato dall'IA",
            "AI生成",
            "人工智能合成",
            "AI GENERATED · AI生成",
        ] {
            assert!(discloses_ai(words), "{words}");
        }
    }

    #[test]
    fn does_not_take_other_words_for_a_disclosure() {
        for words in ["AI", "MAIN STREET", "generated", "Paid content", "maid", "生成", "Fotografía de María"] {
            assert!(!discloses_ai(words), "{words}");
        }
    }

    #[test]
    fn finds_prompts_by_field_and_by_text() {
        for (field, value) in [
            ("parameters", "a lighthouse"),
            ("Description", "a red fox in snow --ar 4:3 --v 7 Job ID: 2b6e053b"),
            ("UserComment", "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a"),
            ("Comment", "{\"prompt\": \"a cat\", \"steps\": 28}"),
        ] {
            assert!(is_prompt(field, value), "{field}");
        }
        for (field, value) in [
            ("Description", "A red fox in the snow"),
            ("Comment", "AI generated"),
            ("parameters", ""),
            ("xmpMM:History[1]/stEvt:parameters", "converted from image/tiff to image/jpeg"),
        ] {
            assert!(!is_prompt(field, value), "{field}");
        }
    }

    #[test]
    fn tells_persons_from_companies_systems_and_identifiers() {
        for name in ["Jane Doe", "Müller", "María José Núñez", "王小明", "jane@example.com", "Claude Monet"] {
            assert!(is_person_name(name), "{name}");
        }
        for name in [
            "OpenAI",
            "Adobe Firefly",
            "5f0c3f3e-9d0b-4a53-8f0e-2f6a1b7c9d10",
            "Example Photo GmbH",
            "Northwind Imaging Ltd",
            "Stability AI",
            "Grok",
            "Flux.2",
            "deadbeefdeadbeefdeadbeef",
            "12345",
            "https://example.com/jane",
            "某某科技有限公司",
            "",
        ] {
            assert!(!is_person_name(name), "{name}");
        }
    }
}
